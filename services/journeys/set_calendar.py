"""The calendar file of a set in the catalogue, for anybody."""

from __future__ import annotations

from services.mail.calendar import SessionDate, SetDates, calendar_file
from services.mail.rendering import letterhead
from services.outside import Outside
from services.sets.catalogue import get_set
from services.sets.views import EnrolmentStatus, SetView
from services.sets.words import SessionStatus


def set_calendar(outside: Outside, reference: str) -> bytes:
    """Every session of the set of this id or slug, dropped ones as cancelled, without the joining link.

    The same bytes for as long as staff change nothing. Raises SetNotFound.
    """
    with outside.database.reading() as session:
        shown = get_set(session, reference, now=outside.clock.now())
    return calendar_file(_dates(shown), host=letterhead(outside.settings).host, stamped_at=shown.updated_at)


def _dates(shown: SetView) -> SetDates:
    is_off = shown.enrolment_status is EnrolmentStatus.CANCELLED
    return SetDates(
        title=shown.title,
        timezone=shown.timezone,
        sessions=tuple(
            SessionDate(
                session_id=each.id,
                starts_at=each.starts_at,
                ends_at=each.ends_at,
                sequence=each.sequence,
                is_cancelled=is_off or each.status == SessionStatus.CANCELLED,
            )
            for each in shown.sessions
        ),
        location=shown.location,
    )
