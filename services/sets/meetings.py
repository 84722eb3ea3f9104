"""When a set meets, as staff write it down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.errors import InvalidFields
from services.ids import new_id
from services.sets.models import SetSession
from services.sets.words import SessionStatus


@dataclass(frozen=True)
class Meeting:
    starts_at: datetime
    ends_at: datetime


def require_forward(meeting: Meeting, pointer: str = "") -> None:
    """Refuse a meeting that ends before it starts; `pointer` leads to it in the body."""
    if meeting.ends_at <= meeting.starts_at:
        raise InvalidFields({f"{pointer}/ends_at": "A session ends after it starts."})


def session_rows(meetings: Sequence[Meeting]) -> list[SetSession]:
    """Numbered in the order of their dates."""
    in_order = sorted(meetings, key=lambda meeting: meeting.starts_at)
    return [session_row(number, meeting) for number, meeting in enumerate(in_order, start=1)]


def session_row(number: int, meeting: Meeting) -> SetSession:
    return SetSession(
        id=new_id(),
        number=number,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        status=SessionStatus.SCHEDULED,
        sequence=0,
    )
