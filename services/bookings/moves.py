"""The one table of what a booking may become, and by which cause."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from services.audit.log import Change, record
from services.bookings.errors import MoveNotAllowed
from services.bookings.models import Booking
from services.bookings.words import BookingStatus


class Cause(StrEnum):
    """Why a booking moves; the audit log says it."""

    BOOKED = "booked"
    BOOKED_FREE = "booked_free"
    PAID = "paid"
    PAID_LATE = "paid_late"
    HOLD_OVER = "hold_over"


ALLOWED: dict[tuple[BookingStatus | None, Cause], BookingStatus] = {
    (None, Cause.BOOKED): BookingStatus.AWAITING_PAYMENT,
    (None, Cause.BOOKED_FREE): BookingStatus.CONFIRMED,
    (BookingStatus.AWAITING_PAYMENT, Cause.PAID): BookingStatus.CONFIRMED,
    (BookingStatus.AWAITING_PAYMENT, Cause.HOLD_OVER): BookingStatus.LAPSED,
    (BookingStatus.LAPSED, Cause.PAID_LATE): BookingStatus.CONFIRMED,
}

TAKES_PLACES = frozenset({BookingStatus.CONFIRMED, BookingStatus.AWAITING_PAYMENT, BookingStatus.OFFERED})
"""Bookings in these statuses count towards a set's capacity (I1)."""


def move(session: Session, booking: Booking, cause: Cause, *, actor: str, now: datetime) -> None:
    """Change a booking's status as the table allows, with its audit row (I10); the places are the caller's to mind."""
    before = booking.status
    after = ALLOWED.get((before, cause))
    if after is None:
        raise MoveNotAllowed
    booking.status = after
    booking.updated_at = now
    if after is not BookingStatus.AWAITING_PAYMENT:
        booking.held_until = None
        booking.payment_pending = False
    if after is BookingStatus.CONFIRMED:
        booking.confirmed_at = now
    _audit(session, booking, before, cause, actor, now)


def record_first(session: Session, booking: Booking, cause: Cause, *, actor: str, now: datetime) -> None:
    """Audit a booking that has just been made in the status the table gives it."""
    if ALLOWED.get((None, cause)) is not booking.status:
        raise MoveNotAllowed
    _audit(session, booking, None, cause, actor, now)


def _audit(
    session: Session, booking: Booking, before: BookingStatus | None, cause: Cause, actor: str, now: datetime
) -> None:
    facts = {"from": before.value if before else None, "to": booking.status.value, "cause": cause.value}
    record(session, Change(actor, "booking.moved", "booking", booking.id, facts), at=now)
