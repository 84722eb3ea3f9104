"""What Stripe says of a booking's Checkout Session becomes what we say of the booking.

Asked by webhook, by the holder's page and by the sweeper, in any order and at once: the session is always read again at
Stripe, and one transaction, under the booking's lock, writes payment, place and letters. Died before it: nothing
changed, and whoever asks next does it all.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from services.attention.items import open_item
from services.attention.words import AttentionKind
from services.bookings import places
from services.bookings.booking import get_locked
from services.bookings.errors import SetFull
from services.bookings.models import Booking
from services.bookings.moves import Cause, move
from services.bookings.words import BookingStatus
from services.database.faults import fault_point
from services.ids import Prefix, to_public
from services.journeys import booking_letters
from services.outside import Outside
from services.payments import checkout, refunds
from services.payments.checkout import StoredCheckout
from services.payments.gateway import ChargeTaken, CheckoutState, Progress
from services.payments.models import RefundReason
from services.payments.received import StoredPayment, store_payment


@dataclass(frozen=True)
class _Settling:
    """What every step of the one transaction needs."""

    outside: Outside
    session: Session
    actor: str
    asked: StoredCheckout


def settle_payment(outside: Outside, stripe_checkout_session_id: str, *, actor: str) -> CheckoutState | None:
    """Read the session at Stripe and act on it; None where it belongs to no booking of ours."""
    with outside.database.reading() as session:
        asked = checkout.find_by_stripe_id(session, stripe_checkout_session_id)
    state = outside.gateway.get_checkout(stripe_checkout_session_id)
    if asked is None:
        asked = _adopt(outside, state)
    if asked is None:
        return None
    settle_state(outside, asked, state, actor=actor)
    return state


def settle_state(outside: Outside, asked: StoredCheckout, state: CheckoutState, *, actor: str) -> None:
    """Act on a state that was just read at Stripe."""
    with outside.database.writing() as session:
        booking = get_locked(session, asked.booking_id)
        settling = _Settling(outside, session, actor, asked)
        if state.is_final:
            checkout.close(session, asked.id, checkout.status_at_stripe(state))
        if state.charge is not None:
            _paid(settling, booking, state.charge)
        elif state.progress is Progress.PENDING:
            _pending(booking)
        elif state.progress is Progress.FAILED:
            _failed(settling, booking)
    fault_point("payment_settled_not_mailed")


def _adopt(outside: Outside, state: CheckoutState) -> StoredCheckout | None:
    """Find the checkout whose session id was never stored, by the metadata we gave the session."""
    with outside.database.writing() as session:
        asked = checkout.find_by_metadata(session, state.metadata)
        if asked is not None:
            checkout.store_opened(session, asked.id, state)
    return asked


def _paid(settling: _Settling, booking: Booking, charge: ChargeTaken) -> None:
    session, now = settling.session, settling.outside.clock.now()
    payment = store_payment(session, settling.asked, charge, now=now)
    if payment is None:
        return
    if charge.amount.amount_minor != booking.total_minor or charge.amount.currency != booking.currency:
        open_item(session, AttentionKind.PAYMENT_DIFFERS, to_public(Prefix.PAYMENT, payment.id), now=now)
        return
    if booking.status is BookingStatus.AWAITING_PAYMENT:
        _confirm(settling, booking, Cause.PAID)
    elif booking.status is BookingStatus.LAPSED:
        _paid_late(settling, booking, payment)
    else:
        _give_back(settling, payment, RefundReason.PAID_TWICE)
        booking_letters.paid_twice_refunded(session, settling.outside, booking, payment.amount)


def _paid_late(settling: _Settling, booking: Booking, payment: StoredPayment) -> None:
    """The hold had lapsed: a place that is still free is theirs, else every penny goes back."""
    try:
        places.take(settling.session, booking.learning_set_id, booking.places)
    except SetFull:
        _give_back(settling, payment, RefundReason.PAID_LATE)
        booking_letters.paid_late_refunded(settling.session, settling.outside, booking, payment.amount)
    else:
        _confirm(settling, booking, Cause.PAID_LATE)


def _confirm(settling: _Settling, booking: Booking, cause: Cause) -> None:
    move(settling.session, booking, cause, actor=settling.actor, now=settling.outside.clock.now())
    booking_letters.confirmed(settling.session, settling.outside, booking, paid_late=cause is Cause.PAID_LATE)


def _give_back(settling: _Settling, payment: StoredPayment, reason: RefundReason) -> None:
    refunds.request_refund(
        settling.session, payment, payment.amount, reason, actor=settling.actor, now=settling.outside.clock.now()
    )


def _pending(booking: Booking) -> None:
    """A slow method is bringing the money: the place waits for it as long as it takes."""
    if booking.status is BookingStatus.AWAITING_PAYMENT:
        booking.held_until = None
        booking.payment_pending = True


def _failed(settling: _Settling, booking: Booking) -> None:
    """The slow method brought nothing: the places are held once more, for another way to pay."""
    if booking.status is BookingStatus.AWAITING_PAYMENT and booking.payment_pending:
        booking.payment_pending = False
        booking.held_until = settling.outside.clock.now() + settling.outside.settings.hold
        booking_letters.payment_failed(settling.session, settling.outside, booking)
