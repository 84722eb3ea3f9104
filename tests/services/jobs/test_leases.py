"""A lease is held by one, and lost with whatever carries it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, event, text

from services.database import Database
from services.jobs.leases import LeaseMaker, PostgresLease, lease_engine, lease_maker
from tests.postgres import listening_postgres
from tests.processes import free_port
from tests.services.jobs.processes import CUT_ADVISORY_LOCKS

KEPT_ALIVE_BY = ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout")


@pytest.fixture
def lease_of(database: Database, tmp_path: Path) -> LeaseMaker:
    return lease_maker(database, tmp_path)


def test_a_lease_is_held_by_one_at_a_time(lease_of: LeaseMaker) -> None:
    mine, theirs = lease_of("x"), lease_of("x")
    assert mine.acquire()
    assert mine.is_held()
    assert not theirs.acquire()
    assert not theirs.is_held()
    mine.release()
    assert not mine.is_held()
    assert theirs.acquire()
    theirs.release()


def test_leases_of_other_names_are_free(lease_of: LeaseMaker) -> None:
    mine, other = lease_of("x"), lease_of("y")
    assert mine.acquire()
    assert other.acquire()
    mine.release()
    other.release()


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_lease_whose_connection_was_cut_is_lost(lease_of: LeaseMaker, database: Database) -> None:
    lease = lease_of("x")
    assert lease.acquire()
    with database.writing() as session:
        session.execute(CUT_ADVISORY_LOCKS)
    assert not lease.is_held()
    assert lease.acquire()
    lease.release()


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_lease_whose_file_was_removed_is_lost(lease_of: LeaseMaker, tmp_path: Path) -> None:
    lease = lease_of("x")
    assert lease.acquire()
    (tmp_path / "leases" / "x.lock").unlink()
    assert not lease.is_held()
    lease.release()


def test_the_server_too_notices_within_twenty_seconds_that_a_machine_vanished(tmp_path: Path) -> None:
    """Else it would keep the lock of a dead worker for two hours."""
    with listening_postgres(tmp_path, free_port()) as url, lease_engine(url).connect() as connection:
        told = [connection.scalar(text(f"SHOW {setting}")) for setting in KEPT_ALIVE_BY]
    assert told == ["5", "5", "3", "20000"]


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_question_that_fails_leaves_no_connection_behind(database: Database) -> None:
    engine = create_engine(database.engine.url, poolclass=NullPool)
    closed: list[object] = []
    event.listen(engine, "close", lambda connection, _record: closed.append(connection))
    event.listen(engine, "before_cursor_execute", _cut)
    with pytest.raises(ConnectionResetError):
        PostgresLease(engine, "x").acquire()
    assert len(closed) == 1


def _cut(*_: object) -> None:
    raise ConnectionResetError
