"""Caps on letters to one address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.database import Database
from services.requests.caps import A_DAY, A_MONTH, PAUSE, count_letter, end_pause, next_letter_at

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
CAPS = (PAUSE, A_DAY, A_MONTH)


def next_after(database: Database, *letters: timedelta, answered: bool = False) -> timedelta:
    """When, counted from noon, the next letter may go, after letters at these times."""
    now = NOON + max(letters)
    with database.writing() as session:
        for after in letters:
            count_letter(session, "question", "ada", now=NOON + after)
        if answered:
            end_pause(session, "question", "ada", now=now)
        return next_letter_at(session, "question", "ada", CAPS, now=now) - NOON


def test_the_first_letter_may_go_at_once(database: Database) -> None:
    with database.reading() as session:
        assert next_letter_at(session, "question", "ada", CAPS, now=NOON) == NOON


def test_the_second_waits_for_the_pause(database: Database) -> None:
    assert next_after(database, timedelta()) == timedelta(minutes=15)


def test_an_answered_letter_ends_the_pause(database: Database) -> None:
    assert next_after(database, timedelta(), answered=True) == timedelta()


def test_the_fourth_waits_until_a_day_after_the_first(database: Database) -> None:
    assert next_after(database, *(timedelta(hours=h) for h in range(3)), answered=True) == timedelta(days=1)


def test_the_sixth_waits_until_thirty_days_after_the_first(database: Database) -> None:
    assert next_after(database, *(timedelta(days=d) for d in range(5)), answered=True) == timedelta(days=30)


def test_other_kinds_and_addresses_do_not_count(database: Database) -> None:
    with database.writing() as session:
        count_letter(session, "question", "ben", now=NOON)
        count_letter(session, "link", "ada", now=NOON)
        assert next_letter_at(session, "question", "ada", CAPS, now=NOON) == NOON
