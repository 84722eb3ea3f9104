"""The holder says they have paid: have it looked up at Stripe now, rather than wait for the webhook."""

from __future__ import annotations

from uuid import UUID

from services.bookings.booking import BookingView, get_booking
from services.journeys.settle_payment import settle_payment
from services.outside import Outside
from services.payments import checkout


def check_payment(outside: Outside, booking_id: UUID, *, actor: str) -> BookingView:
    """Settle what Stripe has for the booking's latest session, and show the booking as it then is.

    Raises BookingNotFound, PaymentsUnavailable.
    """
    with outside.database.reading() as session:
        get_booking(session, booking_id)
        asked = checkout.find_latest_opened(session, booking_id)
    if asked is not None and asked.stripe_checkout_session_id is not None:
        settle_payment(outside, asked.stripe_checkout_session_id, actor=actor)
    with outside.database.reading() as session:
        return get_booking(session, booking_id)
