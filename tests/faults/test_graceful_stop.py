"""F40: a web process that is told to stop answers all that it has taken on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event, Semaphore

import requests

from services.bookings.models import Booking
from tests.processes import PATIENCE_SECONDS, Installation
from tests.visitor import Visitor

CALLERS = 8
ENOUGH_PLACES = 10_000
ANSWERS_UNDER_LOAD = 4 * CALLERS


def book_until_refused(visitor: Visitor, caller: int, answered: Semaphore, stopping: Event) -> list[int | str]:
    """Statuses, one booking after the other, each on a connection of its own, until the server takes no more."""
    seen: list[int | str] = []
    for number in count():
        try:
            seen.append(visitor.book(f"person-{caller}-{number}").status_code)
            answered.release()
        except requests.ConnectionError as error:
            return seen if stopping.is_set() else [*seen, type(error).__name__]
    return seen


def test_stopped_under_load_it_answers_what_it_has_accepted(installation: Installation) -> None:
    """Every booking that was made is a booking that was answered, and no answer is an error."""
    installation.start("serve")
    visitor = Visitor.at(installation, capacity=ENOUGH_PLACES, price_minor=0)
    answered, stopping = Semaphore(0), Event()
    with ThreadPoolExecutor(CALLERS) as callers:
        calls = [callers.submit(book_until_refused, visitor, caller, answered, stopping) for caller in range(CALLERS)]
        for _ in range(ANSWERS_UNDER_LOAD):
            answered.acquire(timeout=PATIENCE_SECONDS)
        stopping.set()
        status = installation.stop("serve")
        seen = [answer for call in calls for answer in call.result()]
    assert status == 0
    assert set(seen) == {201}
    assert len(seen) == len(installation.rows(Booking)) >= ANSWERS_UNDER_LOAD
