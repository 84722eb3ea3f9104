"""A set's meetings as people read them: in the set's own time zone, which is named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.mail import formats


class Meets(Protocol):
    """Whatever has a beginning and an end."""

    @property
    def starts_at(self) -> datetime: ...

    @property
    def ends_at(self) -> datetime: ...


@dataclass(frozen=True)
class MeetingDate:
    """`Monday 25 January 2027`, `10:00 to 13:00`, and the same for machines."""

    date: str
    time: str
    starts_at: str
    ends_at: str


def when(meeting: Meets, timezone: str) -> MeetingDate:
    begins, ends = formats.clock_time(meeting.starts_at, timezone), formats.clock_time(meeting.ends_at, timezone)
    return MeetingDate(
        date=formats.date(meeting.starts_at, timezone),
        time=f"{begins} to {ends}",
        starts_at=meeting.starts_at.isoformat(),
        ends_at=meeting.ends_at.isoformat(),
    )


def zones(meetings: Iterable[Meets], timezone: str) -> str:
    """The zone's name, or both its names where the clocks change between the dates."""
    return " / ".join(dict.fromkeys(formats.zone(meeting.starts_at, timezone) for meeting in meetings))
