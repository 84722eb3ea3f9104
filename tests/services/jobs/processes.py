"""Starts workers as processes of their own and reads what they did in the diary that their handlers keep."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from services.effects.models import Effect, EffectStatus
from services.outside import Outside
from services.settings import AppEnv, Settings

ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 120
CUT_ADVISORY_LOCKS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
    " WHERE locktype = 'advisory' AND datname = current_database()"
)


def settings_for(database_url: str, folder: Path, fault_points: str = "") -> Settings:
    return Settings(
        app_env=AppEnv.TEST,
        database_url=database_url,
        var_dir=folder,
        secret_key="a secret for tests, 32 characters",
        address_pepper="a pepper for tests, 32 characters",
        stripe_api_key="sk_test_jobs",
        fault_points=fault_points,
    )


@dataclass(frozen=True)
class Entry:
    """A line of the diary: what a handler did to a subject, and in which process."""

    deed: str
    subject: str
    pid: int


@dataclass(frozen=True)
class WorkerProcesses:
    """Workers with the handlers of `a_worker`."""

    outside: Outside
    closing: ExitStack

    def start(self, fault_points: str = "") -> subprocess.Popen[bytes]:
        settings = settings_for(self.outside.settings.database_url, self.outside.settings.var_dir, fault_points)
        log = self.closing.enter_context(self.log.open("ab"))
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.services.jobs.a_worker", settings.model_dump_json()],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"]},
            stderr=log,
            stdout=log,
        )
        self.closing.callback(process.wait)
        self.closing.callback(process.kill)
        return process

    @property
    def log(self) -> Path:
        return self.outside.settings.var_dir / "log"

    def diary(self) -> list[Entry]:
        path = self.outside.settings.var_dir / "diary"
        lines = path.read_text().splitlines() if path.exists() else []
        return [Entry(deed, subject, int(pid)) for deed, subject, pid in (line.split() for line in lines)]

    def deeds(self) -> list[tuple[str, str]]:
        return [(entry.deed, entry.subject) for entry in self.diary()]

    def let_go(self) -> None:
        """Have handlers that wait go on."""
        (self.outside.settings.var_dir / "go").touch()

    def wait_for(self, what: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < deadline, f"waited in vain; the workers' log:\n{self.log.read_text()}"
            time.sleep(0.05)

    def are_done(self, *keys: str) -> Callable[[], bool]:
        return lambda: all(status_of(self.outside, key) is EffectStatus.DONE for key in keys)


def take_leases_away(outside: Outside) -> None:
    """Whoever holds one on this database loses it; the same server may have databases of others."""
    if outside.database.is_sqlite:
        for lease in (outside.settings.var_dir / "leases").iterdir():
            lease.unlink()
    else:
        with outside.database.writing() as session:
            session.execute(CUT_ADVISORY_LOCKS)


def status_of(outside: Outside, key: str) -> EffectStatus | None:
    with outside.database.reading() as session:
        effect = session.get(Effect, key)
        return effect.status if effect else None
