"""What Stripe says of a dispute becomes what we say of it; the place is kept until staff decide."""

from __future__ import annotations

from services.attention.items import open_item
from services.attention.words import AttentionKind
from services.bookings.booking import get_locked
from services.outside import Outside
from services.payments.disputes import store_dispute
from services.payments.postings import Posting, post_dispute
from services.payments.received import find_by_intent
from services.payments.stripe_events import last_told

ACTOR = "worker:settle_dispute"
CLOSED = "charge.dispute.closed"
"""The event of a bank's decision: a dispute itself does not say when that was."""


def settle_dispute(outside: Outside, stripe_dispute_id: str) -> None:
    """Read a dispute at Stripe, keep it, post what it has moved, and put each turn before staff.

    One of a payment that is not ours is left to finance, which finds it unexplained.
    """
    state = outside.gateway.get_dispute(stripe_dispute_id)
    now = outside.clock.now()
    with outside.database.writing() as session:
        payment = find_by_intent(session, state.stripe_payment_intent_id)
        if payment is None:
            return
        get_locked(session, payment.booking_id)
        dispute = store_dispute(session, payment, state, actor=ACTOR, now=now)
        decided_at = last_told(session, CLOSED, stripe_dispute_id) or now
        posting = Posting(ACTOR, f"dispute: {state.reason}"[:200], now)
        post_dispute(session, payment, dispute.id, state, decided_at.date(), posting)
        if dispute.is_news:
            open_item(session, AttentionKind.DISPUTE_MOVED, f"{dispute.reference}:{dispute.status.value}", now=now)
