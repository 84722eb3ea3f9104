"""Two hundred people, eight places, four server processes."""

from __future__ import annotations

import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier

from services.bookings.models import Booking
from services.bookings.words import BookingStatus
from services.sets.models import LearningSet
from tests.conftest import FreshDatabase
from tests.databases import Kind
from tests.processes import an_installation
from tests.visitor import Visitor

PEOPLE = 200
PLACES = 8
LONGEST_WAIT_SECONDS = 10
"""Nobody waits for half of it on two cores that do nothing else; a suite that runs beside it takes its share."""


@dataclass(frozen=True)
class Answered:
    status: int
    problem: str | None
    seconds: float


def test_two_hundred_people_at_once_get_eight_places_and_nobody_waits_long(
    fresh_database: FreshDatabase, database_kind: Kind, tmp_path: Path
) -> None:
    start = Barrier(PEOPLE)
    with an_installation(fresh_database(database_kind, tmp_path), tmp_path, WEB_WORKERS="4") as installation:
        visitor = Visitor.at(installation, capacity=PLACES)
        installation.start("serve", "worker", "sandbox")

        def ask(number: int) -> Answered:
            start.wait()
            asked_at = time.monotonic()
            answer = visitor.book(f"visitor-{number}")
            return Answered(answer.status_code, answer.json().get("type"), time.monotonic() - asked_at)

        with ThreadPoolExecutor(PEOPLE) as people:
            answers = list(people.map(ask, range(PEOPLE)))
        waits = sorted(answered.seconds for answered in answers)
        sys.stdout.write(f"waits: half {waits[PEOPLE // 2]:.2f} s, the longest {waits[-1]:.2f} s\n")
        assert Counter((answered.status, answered.problem) for answered in answers) == {
            (201, None): PLACES,
            (409, "/problems/set-full"): PEOPLE - PLACES,
        }
        held = installation.rows(Booking)
        assert [booking.status for booking in held] == [BookingStatus.AWAITING_PAYMENT] * PLACES
        assert [learning_set.taken for learning_set in installation.rows(LearningSet)] == [PLACES]
        assert waits[-1] < LONGEST_WAIT_SECONDS
