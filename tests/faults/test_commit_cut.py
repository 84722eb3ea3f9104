"""F13: the line to the database breaks at a COMMIT, and nobody can know whether it counted: it is asked for again.

Every COMMIT of a request is cut in turn, before the server hears of it and after it is done. SQLite has no line.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from services.bookings.models import Booking
from services.database import Database
from services.payments.models import StripeEvent
from tests.conftest import FreshDatabase
from tests.cut_line import CutLine, Moment, cut_line
from tests.worlds import World, a_booking, a_world

pytestmark = pytest.mark.parametrize("moment", Moment, ids=lambda moment: moment.name.lower())


@pytest.fixture
def line(fresh_database: FreshDatabase, tmp_path: Path) -> Iterator[CutLine]:
    with cut_line(fresh_database("postgresql", tmp_path)) as whole:
        yield whole


@pytest.fixture
def world(line: CutLine, tmp_path: Path) -> Iterator[World]:
    database = Database(line.url)
    made = a_world(database, tmp_path)
    yield made
    assert made.broken_promises() == []
    database.dispose()


def expect_told_to_come_back(answer: TestResponse) -> None:
    assert (answer.status_code, (answer.json or {})["type"]) == (503, "/problems/database-unavailable")


def rows(world: World, table: type[Booking] | type[StripeEvent]) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_booking_cut_at_any_commit_is_made_once_by_its_repeat(world: World, line: CutLine, moment: Moment) -> None:
    for number in count(1):
        learning_set = world.a_set(slug=f"set-{number}", capacity=1)
        body = a_booking(learning_set)
        line.cut_at(number, moment)
        answer = world.ask(learning_set, body, key=f"the-one-for-{number}")
        if line.is_whole:
            break
        expect_told_to_come_back(answer)
        world.passes(seconds=31)  # the lease of a request whose end nobody knows
        again = world.ask(learning_set, body, key=f"the-one-for-{number}")
        assert again.status_code == 201
        assert world.taken(learning_set) == 1
    line.cut_at(0, moment)
    assert answer.status_code == 201
    assert number > 4, "reading, holding and storing what Stripe said have each a COMMIT"
    assert rows(world, Booking) == len(world.sessions()) == number


def test_a_webhook_cut_at_any_commit_is_kept_once_by_its_repeat(world: World, line: CutLine, moment: Moment) -> None:
    world.pays(world.book(world.a_set()).session_id)
    line.cut_at(1, moment)
    accepted = world.deliver()
    assert not line.is_whole
    world.passes(minutes=1)
    assert world.deliver() == 1
    assert rows(world, StripeEvent) == accepted + 1
    world.work()
    assert len(world.payments()) == 1
