"""What a booking's Checkout Session is asked for."""

from __future__ import annotations

from services.bookings.models import Booking
from services.ids import Prefix, to_public
from services.money import Money
from services.outside import Outside
from services.payments.checkout import session_end
from services.payments.gateway import CheckoutOrder
from services.tokens import Purpose

BACK_FROM_PAYMENT = "paid"
"""In the query of the holder's page, whoever comes from paying: a hint to ask Stripe, and no proof of anything."""


def order_for(outside: Outside, booking: Booking, title: str, *, attempt: int) -> CheckoutOrder:
    """The order for a held booking: its frozen price, and metadata of ids and codes only."""
    if booking.held_until is None:
        raise ValueError("only a held booking is asked to pay")
    holder = holder_page(outside, booking)
    metadata = {
        "set": to_public(Prefix.SET, booking.learning_set_id),
        "nominal_code": booking.nominal_code,
        "cost_centre": booking.cost_centre or "",
        "vat_code": booking.vat_code,
    }
    return CheckoutOrder(
        reference=to_public(Prefix.BOOKING, booking.id),
        attempt=attempt,
        title=title,
        unit_amount=Money(booking.gross_minor, booking.currency),
        places=booking.places,
        success_url=booking.return_url or f"{holder}?{BACK_FROM_PAYMENT}",
        cancel_url=booking.return_url or holder,
        expires_at=session_end(booking.held_until, outside.clock.now()),
        metadata=metadata,
    )


def holder_page(outside: Outside, booking: Booking) -> str:
    """The address that proves this booking to whoever made it."""
    return f"{outside.settings.origin}/bookings/t/{outside.keyring.sign(Purpose.HOLDER, booking.id.bytes)}"
