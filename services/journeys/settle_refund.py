"""A refund that was decided is sent to Stripe, and what Stripe says of it is kept.

The idempotency key makes a repeated call the same refund; a key older than Stripe remembers is looked up by our
reference first. Died after Stripe refunded: the next run finds that refund.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from services.attention.items import open_item
from services.attention.models import AttentionKind
from services.database.faults import fault_point
from services.outside import Outside
from services.payments import refunds
from services.payments.errors import PaymentsRefused
from services.payments.gateway import RefundProgress, RefundState
from services.payments.refunds import StoredRefund

STRIPE_REMEMBERS_KEYS = timedelta(hours=20)
"""Stripe may forget a key after 24 hours; we look up well before that."""


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
    _keep(outside, refund, state, actor="worker:send_refund")


def settle_refund(outside: Outside, stripe_refund_id: str) -> None:
    """Read again how a refund of ours stands at Stripe; one made elsewhere is finance's to import."""
    with outside.database.reading() as session:
        refund_id = refunds.find_by_stripe_id(session, stripe_refund_id)
        refund = refunds.get_refund(session, refund_id) if refund_id else None
    if refund is None:
        return
    state = outside.gateway.find_refund(refund.payment.charge.stripe_payment_intent_id, refund.reference)
    if state is not None:
        _keep(outside, refund, state, actor="worker:settle_refund")


def _sent_before(outside: Outside, refund: StoredRefund) -> RefundState | None:
    if refund.created_at + STRIPE_REMEMBERS_KEYS > outside.clock.now():
        return None
    return outside.gateway.find_refund(refund.payment.charge.stripe_payment_intent_id, refund.reference)


def _give_up(outside: Outside, refund: StoredRefund) -> None:
    """Stripe will not do it, however often it is asked: a person must."""
    now = outside.clock.now()
    with outside.database.writing() as session:
        refunds.mark_failed(session, refund.id, actor="worker:send_refund", now=now)
        open_item(session, AttentionKind.REFUND_FAILED, refund.reference, now=now)


def _keep(outside: Outside, refund: StoredRefund, state: RefundState, *, actor: str) -> None:
    now = outside.clock.now()
    with outside.database.writing() as session:
        is_news = refunds.store_state(session, refund.id, state, actor=actor, now=now)
        if is_news and state.progress is RefundProgress.FAILED:
            open_item(session, AttentionKind.REFUND_FAILED, refund.reference, now=now)
