"""A lease is held by one, and lost with whatever carries it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from services.database import Database
from services.jobs.leases import LeaseMaker, lease_maker


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
        session.execute(text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"))
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
