"""The calendar file of a set: one event a session, for any calendar program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

FILENAME = "set.ics"


@dataclass(frozen=True)
class SessionDate:
    """One dated meeting of a set."""

    session_id: UUID
    starts_at: datetime
    ends_at: datetime
    sequence: int = 0
    """RFC 5545 SEQUENCE: a calendar program takes the higher one."""
    is_cancelled: bool = False


@dataclass(frozen=True)
class SetDates:
    """When and where a set meets, its sessions in their order."""

    title: str
    timezone: str
    """IANA name; sessions take place by its wall clock."""
    sessions: tuple[SessionDate, ...]
    location: str | None = None
    joining_link: str | None = None
    """For enrolled people alone: None in a letter to anybody else."""


def calendar_file(dates: SetDates, *, host: str, stamped_at: datetime) -> bytes:
    """An RFC 5545 file with every session; `stamped_at` is when these dates were true.

    METHOD:PUBLISH, since a REQUEST may hold one UID only (RFC 5546). A UID is the session's id for ever: a later
    file about the same session changes the entry instead of adding one.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Setlist//Setlist//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for session in dates.sessions:
        event = _event(dates, session)
        event.add("uid", f"{session.session_id}@{host}")
        event.add("dtstamp", stamped_at)
        calendar.add_component(event)
    calendar.add_missing_timezones(*_years(dates))
    content: bytes = calendar.to_ical()
    return content


def _event(dates: SetDates, session: SessionDate) -> Event:
    zone = ZoneInfo(dates.timezone)
    event = Event()
    event.add("summary", _summary(dates, session))
    event.add("dtstart", session.starts_at.astimezone(zone))
    event.add("dtend", session.ends_at.astimezone(zone))
    event.add("sequence", session.sequence)
    event.add("status", "CANCELLED" if session.is_cancelled else "CONFIRMED")
    if place := dates.location or dates.joining_link:
        event.add("location", place)
    if dates.joining_link:
        event.add("url", dates.joining_link)
    return event


def _summary(dates: SetDates, session: SessionDate) -> str:
    if session.is_cancelled:
        return dates.title
    meetings = [each for each in dates.sessions if not each.is_cancelled]
    return f"{dates.title} (meeting {meetings.index(session) + 1} of {len(meetings)})"


def _years(dates: SetDates) -> tuple[date, date]:
    """The whole years that the sessions lie in: without them the time zone is written out from 1970 to 2038."""
    first = min(session.starts_at for session in dates.sessions)
    last = max(session.ends_at for session in dates.sessions)
    return date(first.year - 1, 12, 31), date(last.year + 1, 1, 2)
