"""Lists of bookings, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from services.bookings.booking import BookingView, view
from services.bookings.models import Booking


@dataclass(frozen=True)
class ListedBooking:
    booking: BookingView
    set_title: str


def list_bookings_of(session: Session, booker_id: UUID, *, after: UUID | None, limit: int) -> list[ListedBooking]:
    """At most `limit` bookings that this person made, older than the one of the id `after`."""
    query = (
        select(Booking)
        .where(Booking.booker_id == booker_id)
        .options(selectinload(Booking.enrolments), joinedload(Booking.learning_set))
        .order_by(Booking.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(Booking.id < after)
    return [ListedBooking(view(booking), booking.learning_set.title) for booking in session.scalars(query)]
