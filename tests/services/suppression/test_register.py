"""Suppressions hold until a consent that began after them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.database import Database
from services.suppression.register import find_suppressed_at, lift, suppress

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def suppressed_after_lift(database: Database, *suppressed: datetime, opt_in_started_at: datetime) -> datetime | None:
    with database.writing() as session:
        for at in suppressed:
            suppress(session, "ada", reason="left", source="leave_link", now=at)
        lift(session, "ada", opt_in_started_at=opt_in_started_at, now=NOON + 9 * MINUTE)
        return find_suppressed_at(session, "ada")


def test_an_opt_in_that_began_later_lifts_every_older_suppression(database: Database) -> None:
    assert suppressed_after_lift(database, NOON - MINUTE, NOON, opt_in_started_at=NOON + MINUTE) is None


def test_an_opt_in_that_began_earlier_lifts_nothing_younger(database: Database) -> None:
    assert suppressed_after_lift(database, NOON - MINUTE, NOON, opt_in_started_at=NOON - MINUTE) == NOON


def test_a_tie_is_a_no(database: Database) -> None:
    assert suppressed_after_lift(database, NOON, opt_in_started_at=NOON) == NOON


def test_the_last_suppression_that_holds_is_found(database: Database) -> None:
    assert suppressed_after_lift(database, NOON, NOON + MINUTE, opt_in_started_at=NOON + MINUTE) == NOON + MINUTE


def test_other_addresses_are_not_concerned(database: Database) -> None:
    with database.writing() as session:
        suppress(session, "ben", reason="left", source="leave_link", now=NOON)
        assert find_suppressed_at(session, "ada") is None
