"""What Stripe says of a dispute becomes what we say of it; the place is kept until staff decide."""

from __future__ import annotations

from services.attention.items import open_item
from services.attention.words import AttentionKind
from services.bookings.booking import get_locked
from services.journeys.settle_payment import find_settled
from services.outside import Outside
from services.payments.disputes import find_status, store_dispute
from services.payments.postings import Posting, post_dispute
from services.payments.stripe_events import last_told

ACTOR = "worker:settle_dispute"
CLOSED = "charge.dispute.closed"
"""The event of a bank's decision: a dispute itself does not say when that was."""


def settle_dispute(outside: Outside, stripe_dispute_id: str) -> None:
    """Read a dispute at Stripe, keep it, post what it has moved, and put each turn before staff.

    One of a payment that is not ours is left to finance, which finds it unexplained.
    """
    while not _is_settled(outside, stripe_dispute_id):
        pass  # somebody kept another turn while we read: of two that were read, nothing says which is the later


def _is_settled(outside: Outside, stripe_dispute_id: str) -> bool:
    """Settle it as Stripe shows it now; False where it took another turn with us since Stripe was asked."""
    with outside.database.reading() as session:
        known = find_status(session, stripe_dispute_id)
    state = outside.gateway.get_dispute(stripe_dispute_id)
    payment = find_settled(outside, state.stripe_payment_intent_id)
    if payment is None:
        return True
    now = outside.clock.now()
    with outside.database.writing() as session:
        get_locked(session, payment.booking_id)
        if find_status(session, stripe_dispute_id) is not known:
            return False
        dispute = store_dispute(session, payment, state, actor=ACTOR, now=now)
        decided_at = last_told(session, CLOSED, stripe_dispute_id) if dispute.is_decided else None
        posting = Posting(ACTOR, f"dispute: {state.reason}"[:200], now)
        post_dispute(session, payment, dispute, state, (decided_at or now).date(), posting)
        if dispute.is_news:
            open_item(session, AttentionKind.DISPUTE_MOVED, f"{dispute.reference}:{dispute.status.value}", now=now)
    return True
