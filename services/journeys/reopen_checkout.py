"""The holder wants to pay: the open session's address again, or a fresh session with the hold extended, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.audit.log import Change, record
from services.bookings.booking import get_booking, get_locked
from services.bookings.words import BookingStatus
from services.journeys.checkout_order import order_for
from services.journeys.settle_payment import settle_state
from services.outside import Outside
from services.payments import checkout
from services.payments.checkout import StoredCheckout
from services.payments.errors import HoldCannotBeExtended, NotAwaitingPayment
from services.payments.gateway import CheckoutState, SessionStatus
from services.payments.models import CheckoutStatus
from services.sets.catalogue import get_title


@dataclass(frozen=True)
class Payable:
    """Where the booking can be paid, and until when its places are held."""

    checkout_url: str
    held_until: datetime


def reopen_checkout(outside: Outside, booking_id: UUID, *, actor: str) -> Payable:
    """An address to pay at; at most one session of a booking is open at a time.

    Raises NotAwaitingPayment, HoldCannotBeExtended, PaymentsUnavailable.
    """
    live = _find_live(outside, booking_id)
    if live is not None and not live.is_payable(outside.clock.now()):
        live = _brought_up_to_date(outside, live)
    if live is None:
        live = _opened(outside, _fresh(outside, booking_id, actor))
    with outside.database.reading() as session:
        booking = get_booking(session, booking_id)
    if live.url is None or booking.held_until is None:
        raise NotAwaitingPayment
    return Payable(live.url, booking.held_until)


def _find_live(outside: Outside, booking_id: UUID) -> StoredCheckout | None:
    with outside.database.reading() as session:
        booking = get_booking(session, booking_id)
        if booking.status is not BookingStatus.AWAITING_PAYMENT or booking.payment_pending:
            raise NotAwaitingPayment
        return checkout.find_live(session, booking_id)


def _brought_up_to_date(outside: Outside, asked: StoredCheckout) -> StoredCheckout | None:
    """A checkout that was never opened, or should be over by now, as Stripe has it; None where it takes no payer."""
    if asked.may_still_be_sent(outside.clock.now()):
        return _opened(outside, asked)
    state = checkout.look_up(outside.gateway, asked)
    if state is not None and state.status is SessionStatus.OPEN:
        return _stored(outside, asked, state)
    if state is not None and state.status is SessionStatus.COMPLETE:
        settle_state(outside, _stored(outside, asked, state), state, actor="worker:reopen_checkout")
        raise NotAwaitingPayment
    close_ended(outside, asked, was_opened=state is not None)
    return None


def close_ended(outside: Outside, asked: StoredCheckout, *, was_opened: bool) -> None:
    """Note that a checkout takes no payer; one that Stripe never had gives back the extension it was made with."""
    with outside.database.writing() as session:
        booking = get_locked(session, asked.booking_id)
        checkout.close(session, asked.id, CheckoutStatus.EXPIRED)
        if not was_opened and asked.attempt > 1:
            booking.hold_extended = False


def _fresh(outside: Outside, booking_id: UUID, actor: str) -> StoredCheckout:
    """Prepare the next attempt and extend the hold; of two requests at once the second takes the first one's."""
    now = outside.clock.now()
    with outside.database.writing() as session:
        booking = get_locked(session, booking_id)
        if booking.status is not BookingStatus.AWAITING_PAYMENT or booking.payment_pending:
            raise NotAwaitingPayment
        live = checkout.find_live(session, booking_id)
        if live is not None:
            return live
        if booking.hold_extended:
            raise HoldCannotBeExtended
        booking.held_until, booking.hold_extended = now + outside.settings.hold, True
        booking.updated_at = now
        record(session, Change(actor, "booking.hold_extended", "booking", booking.id), at=now)
        title = get_title(session, booking.learning_set_id)
        order = order_for(outside, booking, title, attempt=checkout.next_attempt(session, booking_id))
        return checkout.prepare(session, outside.gateway, booking_id, order, now=now)


def _opened(outside: Outside, asked: StoredCheckout) -> StoredCheckout:
    return _stored(outside, asked, checkout.open_at_stripe(outside.gateway, asked))


def _stored(outside: Outside, asked: StoredCheckout, state: CheckoutState) -> StoredCheckout:
    with outside.database.writing() as session:
        checkout.store_opened(session, asked.id, state)
        return checkout.get_checkout(session, asked.id)
