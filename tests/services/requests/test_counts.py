"""What is asked for within a window is counted by the database, and no two at once slip through."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from services.database import Database
from services.requests.counts import Quota, count, forget_old
from services.requests.errors import TooManyPlacesAsked
from services.requests.models import RequestCount

QUOTA = Quota("places", 5, timedelta(hours=1))
NOON = datetime(2027, 1, 25, 12, 15, tzinfo=UTC)


def ask(database: Database, amount: int = 1, *, subject: str = "ada", now: datetime = NOON) -> bool:
    """Whether it was allowed."""
    try:
        with database.writing() as session:
            count(session, {QUOTA: subject}, amount, now=now)
    except TooManyPlacesAsked:
        return False
    return True


def test_a_subject_may_ask_for_so_much_a_window(database: Database) -> None:
    assert [ask(database, 2) for _ in range(3)] == [True, True, False]
    assert ask(database, 1), "what was refused is not counted"
    assert not ask(database, 1)
    assert ask(database, 5, subject="ben")
    assert ask(database, 5, now=NOON + timedelta(hours=1))


def test_the_refusal_says_when_the_window_ends(database: Database) -> None:
    with pytest.raises(TooManyPlacesAsked) as refused, database.writing() as session:
        count(session, {QUOTA: "ada"}, 6, now=NOON)
    assert refused.value.retry_after == 45 * 60


def test_several_quotas_are_counted_together_or_not_at_all(database: Database) -> None:
    wide = Quota("places_of_all", 8, timedelta(hours=1))
    for subject, amount in (("ada", 5), ("ben", 3)):
        with database.writing() as session:
            count(session, {QUOTA: subject, wide: "everybody"}, amount, now=NOON)
    with pytest.raises(TooManyPlacesAsked), database.writing() as session:
        count(session, {QUOTA: "ben", wide: "everybody"}, 1, now=NOON)
    assert ask(database, 2, subject="ben")
    assert not ask(database, 1, subject="ben")


def test_of_many_at_once_no_more_pass_than_may(database: Database) -> None:
    with ThreadPoolExecutor(8) as at_once:
        allowed = list(at_once.map(lambda _: ask(database), range(16)))
    assert sum(allowed) == QUOTA.most


def test_old_windows_are_forgotten(database: Database) -> None:
    ask(database)
    ask(database, now=NOON + timedelta(hours=23))
    with database.writing() as session:
        forget_old(session, now=NOON + timedelta(days=1))
        assert session.scalar(select(func.count()).select_from(RequestCount)) == 1
