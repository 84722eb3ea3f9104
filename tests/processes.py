"""A whole installation as real processes: web, worker and sandbox over one database, to be killed and started again."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar

import requests
from sqlalchemy import select

from api.sandbox import Sandbox, clock, open_sandbox
from api.sandbox.mailbox import ReceivedMessage, list_messages
from api.sandbox.stripe.account import Account, Document
from services.database import Base, Database
from services.journeys.check import check_invariants

Row = TypeVar("Row", bound=Base)
Name = Literal["serve", "worker", "sandbox"]

ROOT = Path(__file__).parents[1]
READY_WITHIN_SECONDS = 120
PATIENCE_SECONDS = 120
ENDS_WITHIN_SECONDS = 40
PORTS = range(20000, 30000)
"""Below what the kernel gives to outgoing connections, which would take a port between our look and its use."""


@dataclass(frozen=True)
class Running:
    """One of our commands, in a process group of its own: granian has children."""

    name: Name
    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """End it and its children with no chance to tidy up, as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass
class Installation:
    """Processes by name over `database`, and the stand-ins' memory that they share."""

    environment: dict[str, str]
    folder: Path
    database: Database
    sandbox: Sandbox
    _running: dict[Name, Running] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.environment["PUBLIC_URL"]

    def start(self, *names: Name, fault_points: str = "") -> None:
        """Start these at the same time, and wait until each can do its work."""
        for name in names:
            self._launch(name, fault_points)
        for name in names:
            self.wait_for(partial(self._is_ready, self._running[name]), READY_WITHIN_SECONDS)

    def kill(self, *names: Name) -> None:
        """Kill these, and see that what is left behind breaks no promise."""
        for name in names:
            self._running.pop(name).kill()
        self.expect_sound()

    def stop(self, name: Name) -> int:
        """Tell it to end, as an operator does, and answer with what it ended."""
        process = self._running.pop(name).process
        process.terminate()
        return process.wait(ENDS_WITHIN_SECONDS)

    def run_worker_until_killed(self, fault_point: str) -> None:
        """Start a worker that dies at this point, and wait until it has."""
        worker = self._launch("worker", fault_point)
        self.wait_for(lambda: worker.process.poll() is not None)
        assert worker.process.returncode == -signal.SIGKILL
        self.kill("worker")

    def rows(self, table: type[Row]) -> list[Row]:
        """All rows of a table, as the database has them now."""
        with self.database.reading() as session:
            return list(session.scalars(select(table)))

    def letters(self, subject: str = "") -> list[ReceivedMessage]:
        """What has reached the mailbox, with this in its subject."""
        return [letter for letter in list_messages(self.sandbox.state) if subject in letter.subject]

    def at_stripe(self, kind: str) -> list[Document]:
        """The stand-in's objects of a kind (their `object` field), newest first."""
        return Account(self.sandbox.state, self.sandbox.clock).all(kind)

    def set_clock_ahead(self, **ahead: float) -> None:
        """By so much of the machine's time, for every process."""
        clock.move(self.sandbox.state, timedelta(**ahead).total_seconds())

    def expect_sound(self) -> None:
        """Every promise that can be checked from inside the database."""
        broken = check_invariants(self.database, now=self.sandbox.clock.now())
        assert broken == [], broken

    def wait_for(self, what: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < deadline, "waited in vain; the processes' logs follow"
            time.sleep(0.05)

    def close(self) -> None:
        """End everything, and print what the processes logged: pytest shows it where the test failed."""
        for running in self._running.values():
            running.kill()
        for log in sorted(self.folder.glob("*.log")):
            sys.stdout.write(f"--- {log.name}\n{log.read_text()}")
        self.database.dispose()

    def _launch(self, name: Name, fault_points: str) -> Running:
        path = self.folder / f"{len(list(self.folder.glob('*.log'))):02}-{name}.log"
        with path.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "api.commands", name],
                cwd=ROOT,
                env={**self.environment, "FAULT_POINTS": fault_points},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._running[name] = Running(name, process, path)
        return self._running[name]

    def _is_ready(self, running: Running) -> bool:
        assert running.process.poll() is None, f"{running.name} ended with {running.process.returncode}"
        if running.name == "serve":
            return self._answers()
        if running.name == "worker":
            return "worker ready" in running.log.read_text()
        return is_taken(int(self.environment["SMTP_PORT"]))

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False


@contextmanager
def an_installation(database_url: str, folder: Path, **settings: str) -> Iterator[Installation]:
    """Nothing runs yet; whatever runs in the end is killed, and the promises are checked once more."""
    environment = {**_environment(database_url, folder), **settings}
    database = Database(database_url)
    made = Installation(environment, folder, database, open_sandbox(folder, environment["PUBLIC_URL"]))
    with ExitStack() as closing:
        closing.callback(made.close)
        yield made
        made.expect_sound()


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _environment(database_url: str, folder: Path) -> dict[str, str]:
    port = str(free_port())
    return {
        "PATH": os.environ["PATH"],
        "APP_ENV": "test",
        "DATABASE_URL": database_url,
        "VAR_DIR": str(folder),
        "HOST": "127.0.0.1",
        "PORT": port,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SMTP_PORT": str(free_port()),
        "SECRET_KEY": secrets.token_urlsafe(32),
        "ADDRESS_PEPPER": secrets.token_urlsafe(32),
        "STRIPE_WEBHOOK_SECRET": "whsec_of_a_test",
        "WEB_WORKERS": "1",
        "IDEMPOTENCY_LEASE_SECONDS": "1",
    }


def free_port() -> int:
    """A port at random, so that two test processes hardly ever choose the same."""
    return next(port for port in iter(lambda: secrets.choice(PORTS), None) if not is_taken(port))
