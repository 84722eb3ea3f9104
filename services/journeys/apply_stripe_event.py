"""A stored event of Stripe's is applied: its object is read again and settled, whatever the payload said."""

from __future__ import annotations

from services.database.faults import fault_point
from services.journeys.settle_dispute import settle_dispute
from services.journeys.settle_payment import settle_payment
from services.journeys.settle_refund import settle_refund
from services.outside import Outside
from services.payments.stripe_events import get_event, mark_applied, store_event

ACTOR = "stripe:event"


def receive_stripe_event(outside: Outside, body: bytes, signature: str) -> None:
    """Verify a webhook's raw bytes and store it; what follows from it is the worker's."""
    event = outside.gateway.read_event(body, signature)
    with outside.database.writing() as session:
        store_event(session, event, body, now=outside.clock.now())
        fault_point("webhook_before_commit")
    fault_point("webhook_committed_not_answered")


def apply_stripe_event(outside: Outside, event_id: str) -> None:
    """Settle what the event is about; kinds we have no use for are noted and left."""
    with outside.database.reading() as session:
        event = get_event(session, event_id)
    if event.type.startswith("checkout.session."):
        settle_payment(outside, event.object_id, actor=ACTOR)
    elif event.type.startswith("refund."):
        settle_refund(outside, event.object_id)
    elif event.type.startswith("charge.dispute."):
        settle_dispute(outside, event.object_id)
    with outside.database.writing() as session:
        mark_applied(session, event_id, now=outside.clock.now())
