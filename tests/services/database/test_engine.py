"""The two kinds of transaction, and what counts as an outage."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError

from services.clock import Clock
from services.database import Database, DatabaseBusy
from services.database.engine import SQLITE_PRAGMAS
from services.database.writes import insert_once
from services.people.models import Person
from services.sets.models import SetSession
from services.sets.words import SessionStatus
from tests.builders import a_person
from tests.conftest import FreshDatabase


def test_what_was_written_is_there_after_the_transaction(database: Database) -> None:
    with database.writing() as session:
        a_person(session, email="ada@example.org")
    with database.reading() as session:
        assert session.scalars(select(Person.email)).all() == ["ada@example.org"]


def test_an_error_takes_everything_back(database: Database) -> None:
    def write_and_fail() -> None:
        with database.writing() as session:
            a_person(session)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    with database.reading() as session:
        assert session.scalars(select(Person.id)).all() == []


def test_reading_refuses_to_write_and_calls_it_no_outage(database: Database) -> None:
    with pytest.raises(DBAPIError) as refused, database.reading() as session:
        a_person(session)
    assert not isinstance(refused.value, DatabaseBusy)


def test_reading_sees_one_moment_throughout(database: Database) -> None:
    with database.reading() as reader:
        assert reader.scalars(select(Person.email)).all() == []
        with database.writing() as writer:
            a_person(writer, email="ada@example.org")
        assert reader.scalars(select(Person.email)).all() == []
    with database.reading() as reader:
        assert reader.scalars(select(Person.email)).all() == ["ada@example.org"]


def test_writing_works_on_a_connection_that_has_read_before(database: Database) -> None:
    single = Database(database.engine.url.render_as_string(hide_password=False), pool_size=1)
    with single.reading() as session:
        session.scalars(select(Person.id)).all()
    with single.writing() as session:
        a_person(session)
    single.dispose()


def test_a_missing_table_is_our_mistake_and_no_outage(database: Database) -> None:
    with pytest.raises(DBAPIError), database.reading() as session:
        session.execute(text("SELECT 1 FROM no_such_table"))


def test_a_locked_sqlite_file_is_busy(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    database = Database(fresh_database("sqlite", tmp_path), write_lock_seconds=0.05)
    with closing(sqlite3.connect(str(database.engine.url.database), isolation_level=None)) as locker:
        locker.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy), database.writing() as session:
            session.connection()
    database.dispose()


def test_a_database_out_of_reach_is_busy(tmp_path: Path) -> None:
    database = Database(f"postgresql+psycopg://nobody@/nothing?host={tmp_path}")
    with pytest.raises(DatabaseBusy) as refused, database.reading() as session:
        session.connection()
    assert isinstance(refused.value.__cause__, OperationalError)


def test_a_row_that_points_nowhere_is_refused(database: Database, clock: Clock) -> None:
    starts_at = clock.now()
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(
            SetSession(
                id=uuid4(),
                learning_set_id=uuid4(),
                number=1,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=3),
                status=SessionStatus.SCHEDULED,
            )
        )


def test_an_instant_comes_back_as_it_went_in(database: Database) -> None:
    given = datetime(2026, 7, 1, 10, 30, tzinfo=timezone(timedelta(hours=1)))
    with database.writing() as session:
        insert_once(session, Person, id=uuid4(), email="ada@example.org", name="Ada", created_at=given)
    with database.reading() as session:
        found = session.scalars(select(Person.created_at)).one()
    assert found == given
    assert found.utcoffset() == timedelta(0)


def test_a_naive_datetime_is_refused(database: Database) -> None:
    naive = datetime(2026, 7, 1, 10, 30)  # noqa: DTZ001 - what the test is about
    with pytest.raises(StatementError, match="naive"), database.writing() as session:
        insert_once(session, Person, id=uuid4(), email="ada@example.org", name="Ada", created_at=naive)


def test_inserting_once_says_whether_it_did(database: Database, clock: Clock) -> None:
    person = {"email": "ada@example.org", "name": "Ada", "created_at": clock.now()}
    with database.writing() as session:
        assert insert_once(session, Person, id=uuid4(), **person)
        assert not insert_once(session, Person, id=uuid4(), **person)


def test_sqlite_is_set_up_to_lose_nothing(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    database = Database(fresh_database("sqlite", tmp_path))
    with database.reading() as session:
        names = [pragma.partition("=")[0] for pragma in SQLITE_PRAGMAS]
        found = {name: session.execute(text(f"PRAGMA {name}")).scalar() for name in names}
    database.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 8000, "foreign_keys": 1}
