"""A booking as its holder's page shows it: status, people, and the set's dates."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.bookings.booking import BookingView, get_booking
from services.bookings.errors import NotConfirmed
from services.bookings.words import BookingStatus
from services.journeys.booking_letters import dates_of
from services.mail.calendar import SetDates, calendar_file
from services.mail.rendering import letterhead
from services.outside import Outside


@dataclass(frozen=True)
class HolderView:
    booking: BookingView
    dates: SetDates


def show_booking(outside: Outside, booking_id: UUID) -> HolderView:
    """Raises BookingNotFound."""
    with outside.database.reading() as session:
        booking = get_booking(session, booking_id)
        return HolderView(booking, dates_of(session, booking.set_id))


def booking_calendar(outside: Outside, booking_id: UUID) -> bytes:
    """The calendar file of a confirmed booking, with the joining link. Raises BookingNotFound, NotConfirmed."""
    shown = show_booking(outside, booking_id)
    if shown.booking.status is not BookingStatus.CONFIRMED:
        raise NotConfirmed
    return calendar_file(shown.dates, host=letterhead(outside.settings).host, stamped_at=outside.clock.now())
