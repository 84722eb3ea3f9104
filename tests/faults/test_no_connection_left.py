"""F40: no connection to the database is left: whoever asks is told to come back, and then nothing was half done."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.pool import QueuePool
from werkzeug.test import TestResponse

from services.bookings.models import Booking
from services.database import Database
from services.requests.models import IdempotentRequest
from tests.builders import BuiltSet
from tests.worlds import World, a_booking, a_world

CONNECTIONS = 2
VISITORS = 16
CAPACITY = 5


@pytest.fixture
def world(database: Database, tmp_path: Path) -> Iterator[World]:
    """With two connections in all, one of them kept, for which nobody waits long."""
    url = database.engine.url.render_as_string(hide_password=False)
    narrow = Database(url, pool_size=CONNECTIONS // 2, pool_seconds=0.05)
    made = a_world(narrow, tmp_path)
    yield made
    assert made.broken_promises() == []
    narrow.dispose()


def free_booking(world: World, learning_set: BuiltSet, visitor: int) -> TestResponse:
    email = f"person-{visitor}@example.org"
    body = a_booking(learning_set, people=(email,), booker=email, method="none")
    return world.ask(learning_set, body, key=f"the-one-of-{visitor}")


def expect_told_to_come_back(answer: TestResponse) -> None:
    assert answer.status_code == 503
    assert answer.content_type == "application/problem+json"
    assert (answer.json or {})["type"] == "/problems/database-unavailable"
    assert int(answer.headers["Retry-After"]) > 0


def rows(database: Database, table: type[Booking] | type[IdempotentRequest]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_whoever_finds_none_is_told_to_come_back_and_is_then_served(world: World, database: Database) -> None:
    learning_set = world.a_set(price_minor=0)
    with ExitStack() as held:
        for _ in range(CONNECTIONS):
            held.enter_context(world.database.reading()).connection()
        expect_told_to_come_back(free_booking(world, learning_set, 1))
        expect_told_to_come_back(world.client.get("/v1/sets"))
        assert world.client.get("/livez").status_code == 200
        assert rows(database, Booking) == rows(database, IdempotentRequest) == 0
    assert free_booking(world, learning_set, 1).status_code == 201
    assert world.client.get("/v1/sets").status_code == 200


def test_a_crowd_is_served_or_told_to_come_back_and_the_connections_return(world: World, database: Database) -> None:
    learning_set = world.a_set(price_minor=0, capacity=CAPACITY)
    with ThreadPoolExecutor(VISITORS) as crowd:
        answers = list(crowd.map(lambda visitor: free_booking(world, learning_set, visitor), range(VISITORS)))
    assert {answer.status_code for answer in answers} <= {201, 409, 503}
    for answer in answers:
        if answer.status_code == 503:
            expect_told_to_come_back(answer)
    made = sum(answer.status_code == 201 for answer in answers)
    assert rows(database, Booking) == rows(database, IdempotentRequest) == world.taken(learning_set) == made
    pool = world.database.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedout() == 0
    again = [free_booking(world, learning_set, visitor).status_code for visitor in range(VISITORS)]
    assert again.count(201) == CAPACITY
    assert set(again) == {201, 409}
