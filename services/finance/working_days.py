"""Days on which banks work; public holidays only ever make a payout later than this says, never earlier."""

from __future__ import annotations

from datetime import date, timedelta

SATURDAY = 5


def after_working_days(day: date, days: int) -> date:
    """So many working days after a day."""
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return day
