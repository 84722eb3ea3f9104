"""The calendar's months, by which finance counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

FIRST_YEAR, LAST_YEAR = 2000, 2999
WRITTEN = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(frozen=True)
class Month:
    """A calendar month, UTC."""

    first: date

    @classmethod
    def parse(cls, text: str) -> Month:
        """`2026-11`, or ValueError."""
        found = WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError("not a month")
        first = date(int(found[1]), int(found[2]), 1)
        if not FIRST_YEAR <= first.year <= LAST_YEAR:
            raise ValueError(f"not a year of ours: {first.year}")
        return cls(first)

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.replace(day=1))

    @property
    def previous(self) -> Month:
        return Month.of(self.first - timedelta(days=1))

    @property
    def next(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1)

    @property
    def last(self) -> date:
        return self.next - timedelta(days=1)

    @property
    def starts_at(self) -> datetime:
        return datetime(self.first.year, self.first.month, 1, tzinfo=UTC)

    @property
    def ends_at(self) -> datetime:
        return datetime(self.next.year, self.next.month, 1, tzinfo=UTC)

    def __str__(self) -> str:
        return self.first.strftime("%Y-%m")
