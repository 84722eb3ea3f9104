"""Which columns here are personal, and how long each is kept; ids, dates, numbers and words of ours need no entry."""

from __future__ import annotations

from collections.abc import Mapping

from services.database.retention import Retention

PERSONAL: Mapping[str, Retention] = {
    "checkouts.request": Retention.IDENTITY,  # names the payer to Stripe
    "checkouts.url": Retention.IDENTITY,  # opens the payer's page
    "refunds.note": Retention.ACCOUNTS,  # staff's own words
    "stripe_events.body": Retention.WEBHOOK,
}
NOT_PERSONAL = frozenset(
    {
        "checkouts.idempotency_key",
        "checkouts.stripe_checkout_session_id",
        "disputes.currency",
        "disputes.reason",
        "disputes.stripe_dispute_id",
        "payments.currency",
        "payments.stripe_charge_id",
        "payments.stripe_payment_intent_id",
        "refunds.currency",
        "refunds.stripe_refund_id",
        "stripe_events.id",
        "stripe_events.object_id",
        "stripe_events.type",
    }
)
