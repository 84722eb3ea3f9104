"""SQLite is locked by somebody else, or its disk is full: a clear 503, no false 2xx, nothing half done (F37, F38)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from services.bookings.models import Booking
from services.database import Database
from tests.conftest import FreshDatabase
from tests.worlds import World, a_booking, a_world


@pytest.fixture
def world(fresh_database: FreshDatabase, tmp_path: Path) -> Iterator[World]:
    """Over a SQLite file of its own, for whose lock nobody waits long."""
    database = Database(fresh_database("sqlite", tmp_path), write_lock_seconds=0.2)
    made = a_world(database, tmp_path)
    yield made
    assert made.broken_promises() == []
    database.dispose()


@contextmanager
def locked(world: World) -> Iterator[None]:
    """Another program writes, and does not come to an end."""
    with closing(sqlite3.connect(str(world.database.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def disk_full(world: World) -> Iterator[None]:
    """The file can grow no more."""

    def stop_growing(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # never below what there is

    event.listen(world.database.engine, "connect", stop_growing)
    world.database.dispose()
    yield
    event.remove(world.database.engine, "connect", stop_growing)
    world.database.dispose()


def book(world: World, learning_set: Any, number: int) -> TestResponse:
    email = f"person-{number}@example.org"
    body = a_booking(learning_set, people=(email,), booker=email, method="none")
    return world.ask(learning_set, body, key=f"the-one-of-{number}")


def bookings(world: World) -> int:
    with world.database.reading() as session:
        return session.query(Booking).count()


def expect_told_to_come_back(answer: TestResponse) -> None:
    assert (answer.status_code, (answer.json or {})["type"]) == (503, "/problems/database-unavailable")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_locked_database_is_read_and_writers_are_told_to_come_back(world: World) -> None:
    learning_set = world.a_set(price_minor=0)
    with locked(world):
        expect_told_to_come_back(book(world, learning_set, 1))
        assert world.client.get("/v1/sets").status_code == 200
    assert bookings(world) == world.taken(learning_set) == 0
    assert book(world, learning_set, 1).status_code == 201


def test_on_a_full_disk_what_was_answered_was_written_and_the_rest_refused(world: World) -> None:
    learning_set = world.a_set(price_minor=0, capacity=200)
    with disk_full(world):
        answers = [book(world, learning_set, number) for number in range(60)]
    made = [answer for answer in answers if answer.status_code == 201]
    refused = [answer for answer in answers if answer.status_code != 201]
    assert refused, "the disk was not full"
    for answer in refused:
        expect_told_to_come_back(answer)
    assert bookings(world) == world.taken(learning_set) == len(made)
    assert book(world, learning_set, 59).status_code == 201
