"""Whether the process can take work: what must hold stops it, what is out of reach only degrades it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from api import create_app
from services.clock import Clock
from services.database import Database
from services.effects.kinds import EffectKind
from services.effects.models import Effect, EffectStatus
from services.effects.queue import queue
from services.suppression.canary import require_same_pepper
from services.tokens import Keyring
from tests.recorded_sql import recorded_sql
from tests.worlds import World


@pytest.fixture
def migrated(world: World) -> World:
    """As `setlist migrate` leaves it."""
    with world.database.writing() as session:
        require_same_pepper(session, world.outside.keyring.pepper_proof())
    return world


def ask(world: World, **changes: Any) -> tuple[int, dict[str, Any]]:
    client = create_app(replace(world.outside, **changes)).test_client() if changes else world.client
    answer = client.get("/readyz")
    return answer.status_code, answer.json or {}


def test_all_is_well(migrated: World) -> None:
    status, told = ask(migrated)
    assert (status, told["status"]) == (200, "ready")
    assert set(told["checks"]) == {
        "disk", "migrations", "database", "suppression", "clock", "stripe", "mailchimp", "mail", "worker"
    }  # fmt: skip
    assert set(told["checks"].values()) == {"ok"}


def test_livez_asks_the_database_nothing(world: World) -> None:
    with recorded_sql(world.database) as statements:
        assert world.client.get("/livez").status_code == 200
    assert statements == []


def test_a_database_out_of_reach_is_not_ready(migrated: World) -> None:
    nowhere = Database("sqlite:////dev/null/setlist.sqlite3")
    status, told = ask(migrated, database=nowhere)
    assert (status, told["status"]) == (503, "not ready")
    assert "cannot be opened" in told["checks"]["database"]
    nowhere.dispose()


def test_another_schema_is_not_ready(migrated: World) -> None:
    with migrated.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    try:
        status, told = ask(migrated)
    finally:
        head = told["checks"]["migrations"].partition("not ")[2].partition(":")[0]
        with migrated.database.writing() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": head})
    assert status == 503
    assert "setlist migrate" in told["checks"]["migrations"]


def test_a_swapped_pepper_is_not_ready(migrated: World) -> None:
    other = Keyring("a secret for tests, 32 characters", "another pepper, of 32 characters.")
    status, told = ask(migrated, keyring=other)
    assert status == 503
    assert "ADDRESS_PEPPER" in told["checks"]["suppression"]


def test_a_full_disk_is_not_ready(migrated: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=1024))
    status, told = ask(migrated)
    assert (status, told["checks"]["disk"]) == (503, "0 MB free in VAR_DIR")


class SlowClock(Clock):
    """A machine whose clock is behind."""

    behind = timedelta(seconds=3)

    def machine_now(self) -> Any:  # type: ignore[override]
        return Clock.machine_now() - self.behind


def test_clocks_that_are_apart_are_not_ready(migrated: World) -> None:
    """F36: SQLite has the machine's own clock; PostgreSQL's may be another's."""
    status, told = ask(migrated, clock=SlowClock())
    if migrated.database.is_sqlite:
        assert status == 200
    else:
        assert (status, told["checks"]["clock"]) == (503, "machine and database are 3.0 s apart")


@pytest.mark.parametrize(
    ("problem", "name"),
    [("PaymentsUnavailable", "stripe"), ("AudienceUnavailable", "mailchimp"), ("PostboxUnavailable", "mail")],
)
def test_a_provider_out_of_reach_only_degrades(migrated: World, problem: str, name: str) -> None:
    with migrated.database.writing() as session:
        queue(session, EffectKind.SEND_LETTER, "nobody", now=migrated.outside.clock.now())
        effect = session.get_one(Effect, "send_letter:nobody")
        effect.attempt, effect.problem = 2, problem
    status, told = ask(migrated)
    assert (status, told["status"]) == (200, "degraded")
    assert told["checks"][name] == "out of reach: 1 to be tried again"


def test_work_that_nobody_does_degrades(migrated: World) -> None:
    with migrated.database.writing() as session:
        queue(session, EffectKind.SEND_LETTER, "nobody", now=migrated.outside.clock.now())
    assert ask(migrated)[1]["status"] == "ready"
    migrated.passes(minutes=6)
    status, told = ask(migrated)
    assert (status, told["status"]) == (200, "degraded")
    assert "setlist worker" in told["checks"]["worker"]


def test_work_that_waits_for_another_attempt_and_gets_none_degrades(migrated: World) -> None:
    with migrated.database.writing() as session:
        queue(session, EffectKind.SEND_LETTER, "nobody", now=migrated.outside.clock.now())
        session.get_one(Effect, "send_letter:nobody").attempt = 2
    migrated.passes(minutes=6)
    assert "setlist worker" in ask(migrated)[1]["checks"]["worker"]


def test_work_that_was_begun_and_never_ends_degrades(migrated: World) -> None:
    now = migrated.outside.clock.now()
    with migrated.database.writing() as session:
        queue(session, EffectKind.SEND_LETTER, "nobody", now=now)
        effect = session.get_one(Effect, "send_letter:nobody")
        effect.status, effect.relayed_at = EffectStatus.RELAYED, now
    migrated.passes(minutes=14)
    assert ask(migrated)[1]["status"] == "ready"
    migrated.passes(minutes=2)
    assert "has not ended" in ask(migrated)[1]["checks"]["worker"]
