"""A refund that was decided is sent to Stripe, and what Stripe says of it is kept and posted.

The idempotency key makes a repeated call the same refund; a key older than Stripe remembers is looked up by our
reference first. Died after Stripe refunded: the next run finds that refund. One made in Stripe's dashboard becomes a
refund of ours when Stripe tells of it, by webhook or by the import.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from services.attention.items import open_item
from services.attention.words import AttentionKind
from services.bookings.booking import get_locked
from services.database.faults import fault_point
from services.journeys.settle_payment import find_settled
from services.outside import Outside
from services.payments import refunds
from services.payments.errors import PaymentsRefused
from services.payments.gateway import RefundProgress, RefundState
from services.payments.postings import Posting, post_refund, post_refund_failed
from services.payments.refunds import StoredRefund

STRIPE_REMEMBERS_KEYS = timedelta(hours=20)
"""Stripe may forget a key after 24 hours; we look up well before that."""

ACTOR = "worker:settle_refund"
SENDER = "worker:send_refund"


def send_refund(outside: Outside, refund_id: UUID) -> None:
    """Have Stripe give the money back, once."""
    with outside.database.reading() as session:
        refund = refunds.get_refund(session, refund_id)
    try:
        state = _sent_before(outside, refund) or outside.gateway.refund(
            refund.payment.charge, refund.amount, refund.reference, refund.idempotency_key
        )
    except PaymentsRefused:
        _give_up(outside, refund)
        return
    fault_point("refund_sent_not_stored")
    _keep(outside, refund, state, actor=SENDER)


def settle_refund(outside: Outside, stripe_refund_id: str) -> None:
    """Read again how a refund stands at Stripe, and keep it; one of a payment that is not ours is left."""
    state = outside.gateway.get_refund(stripe_refund_id)
    refund = _find(outside, state) or _adopt(outside, state)
    if refund is not None:
        _keep(outside, refund, state, actor=ACTOR)


def _sent_before(outside: Outside, refund: StoredRefund) -> RefundState | None:
    if refund.created_at + STRIPE_REMEMBERS_KEYS > outside.clock.now():
        return None
    return outside.gateway.find_refund(refund.payment.charge.stripe_payment_intent_id, refund.reference)


def _find(outside: Outside, state: RefundState) -> StoredRefund | None:
    with outside.database.reading() as session:
        known = refunds.find_by_stripe_id(session, state.stripe_refund_id)
        known = known or refunds.find_by_reference(session, state.reference)
        return refunds.get_refund(session, known) if known else None


def _adopt(outside: Outside, state: RefundState) -> StoredRefund | None:
    """Make a dashboard refund ours, once however many tell of it at the same time."""
    payment = find_settled(outside, state.stripe_payment_intent_id)
    if payment is None:
        return None
    with outside.database.writing() as session:
        get_locked(session, payment.booking_id)
        known = refunds.find_by_stripe_id(session, state.stripe_refund_id)
        if known is not None:
            return refunds.get_refund(session, known)
        return refunds.adopt_refund(session, payment, state, actor=ACTOR, now=outside.clock.now())


def _give_up(outside: Outside, refund: StoredRefund) -> None:
    """Stripe will not do it, however often it is asked: a person must."""
    now = outside.clock.now()
    with outside.database.writing() as session:
        if refunds.mark_refused(session, refund.id, actor=SENDER, now=now):
            open_item(session, AttentionKind.REFUND_FAILED, refund.reference, now=now)


def _keep(outside: Outside, refund: StoredRefund, state: RefundState, *, actor: str) -> None:
    now = outside.clock.now()
    with outside.database.writing() as session:
        get_locked(session, refund.payment.booking_id)
        is_news = refunds.store_state(session, refund.id, state, actor=actor, now=now)
        _post(session, refund, state, Posting(actor, refund.why, now))
        if is_news and state.progress is RefundProgress.FAILED:
            open_item(session, AttentionKind.REFUND_FAILED, refund.reference, now=now)


def _post(session: Session, refund: StoredRefund, state: RefundState, posting: Posting) -> None:
    """Post what has moved in Stripe's balance, and no more."""
    if state.left_at is not None:
        post_refund(session, refund.payment, refund.id, refund.amount, state.left_at.date(), posting)
    if state.came_back_at is not None:
        post_refund_failed(session, refund.payment, refund.id, refund.amount, state.came_back_at.date(), posting)
