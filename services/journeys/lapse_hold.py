"""A hold is over: the places go back, unless the money is there or on its way.

Stripe is asked first and an open session is expired there, so that nobody pays for a place that was given back; where
the session completed meanwhile, payment wins. Died anywhere: the hold is still over, and the next run asks again.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.bookings import places
from services.bookings.booking import get_locked
from services.bookings.models import Booking
from services.bookings.moves import Cause, move
from services.bookings.words import BookingStatus
from services.effects.kinds import EffectKind
from services.effects.queue import list_unknown, queue
from services.journeys import booking_letters
from services.journeys.settle_payment import settle_state
from services.outside import Outside
from services.payments import checkout
from services.payments.checkout import StoredCheckout
from services.payments.errors import PaymentsUnavailable
from services.payments.gateway import CheckoutState, SessionStatus
from services.payments.models import CheckoutStatus

ACTOR = "worker:lapse_hold"


def queue_lapsed_holds(outside: Outside) -> None:
    """Write an effect for each hold that is over; an idle look takes no write lock."""
    now = outside.clock.now()
    with outside.database.reading() as session:
        fresh = list_unknown(session, EffectKind.LAPSE_HOLD, _due(session, now))
    if not fresh:
        return
    with outside.database.writing() as session:
        for subject in fresh:
            queue(session, EffectKind.LAPSE_HOLD, subject, now=now)


def lapse_hold(outside: Outside, booking_id: UUID) -> None:
    """Let the booking lapse if its hold is over and Stripe has no payment for it.

    Raises PaymentsUnavailable where only Stripe could say and the session might still be open there.
    """
    now = outside.clock.now()
    with outside.database.reading() as session:
        if not _is_over(session, booking_id, now):
            return
        asked = checkout.find_live(session, booking_id)
    if asked is None:
        _lapse(outside, booking_id)
        return
    try:
        was_completed = _end_at_stripe(outside, asked)
    except PaymentsUnavailable:
        if asked.expires_at >= now:
            raise
        _lapse(outside, booking_id)  # the checkout stays live: it may have been paid, and the sweeper will ask
    else:
        _lapse(outside, booking_id, ended=None if was_completed else asked)


def _end_at_stripe(outside: Outside, asked: StoredCheckout) -> bool:
    """See to it that the session takes no payment any more; True where it completed, and was settled."""
    state = checkout.look_up(outside.gateway, asked)
    if state is not None and state.status is SessionStatus.OPEN:
        state = outside.gateway.expire_checkout(state.stripe_checkout_session_id)
    if state is not None and state.status is SessionStatus.COMPLETE:
        _remember(outside, asked, state)
        settle_state(outside, asked, state, actor=ACTOR)
        return True
    return False


def _remember(outside: Outside, asked: StoredCheckout, state: CheckoutState) -> None:
    with outside.database.writing() as session:
        checkout.store_opened(session, asked.id, state)


def _lapse(outside: Outside, booking_id: UUID, ended: StoredCheckout | None = None) -> None:
    """Give the places back, unless a payment or a new hold has kept them meanwhile."""
    now = outside.clock.now()
    with outside.database.writing() as session:
        booking = get_locked(session, booking_id)
        if booking.status is not BookingStatus.AWAITING_PAYMENT or not _hold_over(booking.held_until, now):
            return
        if ended is not None:
            checkout.close(session, ended.id, CheckoutStatus.EXPIRED)
        move(session, booking, Cause.HOLD_OVER, actor=ACTOR, now=now)
        booking_letters.hold_lapsed(session, outside, booking)
        places.release(session, booking.learning_set_id, booking.places)


def _due(session: Session, now: datetime) -> list[str]:
    """A subject for each hold that is over: the booking, and which of its holds.

    All of them: while Stripe is out of reach those that wait for it must not hide the others.
    """
    query = select(Booking.id, Booking.held_until).where(
        Booking.status == BookingStatus.AWAITING_PAYMENT, Booking.held_until <= now
    )
    return [f"{row.id}:{row.held_until.isoformat()}" for row in session.execute(query)]


def _is_over(session: Session, booking_id: UUID, now: datetime) -> bool:
    query = select(Booking.held_until).where(Booking.id == booking_id, Booking.status == BookingStatus.AWAITING_PAYMENT)
    return _hold_over(session.scalar(query), now)


def _hold_over(held_until: datetime | None, now: datetime) -> bool:
    return held_until is not None and held_until <= now
