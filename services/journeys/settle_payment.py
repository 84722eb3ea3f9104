"""What Stripe says of a booking's Checkout Session becomes what we say of the booking.

Asked by webhook, by the holder's page and by the sweeper, in any order and at once: the session is always read again at
Stripe, and one transaction, under the booking's lock, writes payment, place, journal and letters. Died before it:
nothing changed, and whoever asks next does it all.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from services.attention.items import open_item
from services.attention.words import AttentionKind
from services.bookings import places
from services.bookings.booking import get_locked
from services.bookings.models import Booking
from services.bookings.moves import Cause, move
from services.bookings.words import BookingStatus
from services.database.faults import fault_point
from services.ids import Prefix, to_public
from services.journeys import booking_letters
from services.money import Money
from services.outside import Outside
from services.payments import checkout
from services.payments.checkout import StoredCheckout
from services.payments.gateway import ChargeTaken, CheckoutState, Progress
from services.payments.models import RefundReason
from services.payments.postings import Posting, Purpose, post_payment
from services.payments.received import StoredPayment, find_by_intent, store_payment
from services.payments.refunds import RefundOrder, request_refund

CARD_PAYMENT = "card payment"
UNEXPECTED_PAYMENT = "card payment beyond what was asked for"


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
    fault_point("payment_read_not_settled")
    with outside.database.writing() as session:
        booking = get_locked(session, asked.booking_id)
        settling = _Settling(outside, session, actor, asked)
        if state.is_final:
            checkout.close(session, asked.id, checkout.status_at_stripe(state))
        if state.charge is not None:
            _paid(settling, booking, state.charge)
        elif state.progress is Progress.PENDING:
            _pending(settling, booking)
        elif state.progress is Progress.FAILED:
            _failed(settling, booking)
        fault_point("payment_before_commit")
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
    purpose = _find_use(settling, booking, payment)
    posting = Posting(settling.actor, CARD_PAYMENT if purpose is Purpose.PLACES else UNEXPECTED_PAYMENT, now)
    post_payment(session, booking, payment, purpose, posting)


def _find_use(settling: _Settling, booking: Booking, payment: StoredPayment) -> Purpose:
    """Act on a payment that is new, and say what its money is for."""
    if payment.amount != Money(booking.total_minor, booking.currency):
        subject = to_public(Prefix.PAYMENT, payment.id)
        open_item(settling.session, AttentionKind.PAYMENT_DIFFERS, subject, now=settling.outside.clock.now())
        return Purpose.CREDIT
    if booking.status is BookingStatus.AWAITING_PAYMENT:
        _confirm(settling, booking, Cause.PAID)
        return Purpose.PLACES
    if booking.status is BookingStatus.LAPSED:
        return _paid_late(settling, booking, payment)
    _give_back(settling, payment, RefundReason.PAID_TWICE)
    booking_letters.paid_twice_refunded(settling.session, settling.outside, booking, payment.amount)
    return Purpose.CREDIT


def _paid_late(settling: _Settling, booking: Booking, payment: StoredPayment) -> Purpose:
    """The hold had lapsed: a place that can still be had is theirs, else every penny goes back."""
    try:
        places.take(settling.session, booking.learning_set_id, booking.places)
    except places.NOT_TAKEN:
        _give_back(settling, payment, RefundReason.PAID_LATE)
        booking_letters.paid_late_refunded(settling.session, settling.outside, booking, payment.amount)
        return Purpose.CREDIT
    _confirm(settling, booking, Cause.PAID_LATE)
    return Purpose.PLACES


def _confirm(settling: _Settling, booking: Booking, cause: Cause) -> None:
    move(settling.session, booking, cause, actor=settling.actor, now=settling.outside.clock.now())
    booking_letters.confirmed(settling.session, settling.outside, booking, paid_late=cause is Cause.PAID_LATE)


def _give_back(settling: _Settling, payment: StoredPayment, reason: RefundReason) -> None:
    order = RefundOrder(payment, payment.amount, reason)
    request_refund(settling.session, order, actor=settling.actor, now=settling.outside.clock.now())


def _pending(settling: _Settling, booking: Booking) -> None:
    """A slow method is bringing the money: the place waits for it as long as it takes.

    A checkout that is over by now was read before it failed: that news is old.
    """
    is_live = checkout.get_checkout(settling.session, settling.asked.id).status in checkout.LIVE
    if is_live and booking.status is BookingStatus.AWAITING_PAYMENT:
        booking.held_until = None
        booking.payment_pending = True


def _failed(settling: _Settling, booking: Booking) -> None:
    """The slow method brought nothing: the places are held once more, for another way to pay."""
    if booking.status is BookingStatus.AWAITING_PAYMENT and booking.payment_pending:
        booking.payment_pending = False
        booking.held_until = settling.outside.clock.now() + settling.outside.settings.hold
        booking_letters.payment_failed(settling.session, settling.outside, booking)


def settle_charge(outside: Outside, stripe_charge_id: str) -> None:
    """Act on a charge that the import from Stripe met and our journal does not know."""
    _settle_found(outside, outside.gateway.find_checkout_of_charge(stripe_charge_id))


def find_settled(outside: Outside, stripe_payment_intent_id: str | None) -> StoredPayment | None:
    """The payment that a payment intent made, if it is one of ours; where nobody has told us of it, it is settled now.

    News of a refund or a dispute may come before that of its payment.
    """
    if stripe_payment_intent_id is None:
        return None
    with outside.database.reading() as session:
        known = find_by_intent(session, stripe_payment_intent_id)
    if known is not None:
        return known
    _settle_found(outside, outside.gateway.find_checkout_of_intent(stripe_payment_intent_id))
    with outside.database.reading() as session:
        return find_by_intent(session, stripe_payment_intent_id)


def _settle_found(outside: Outside, state: CheckoutState | None) -> None:
    if state is not None:
        settle_payment(outside, state.stripe_checkout_session_id, actor="worker:settle_charge")
