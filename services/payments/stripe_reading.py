"""Stripe's documents in our words; knows nothing of its client library."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.money import Money
from services.payments.gateway import ChargeTaken, CheckoutState, Progress, RefundProgress, RefundState, SessionStatus

Document = dict[str, Any]
"""An object as Stripe's API shows it."""

INTENT_FAILED = ("requires_payment_method", "canceled")
"""Where the payment intent of a complete session goes when a delayed method brings nothing."""

REFUND_PROGRESS = {
    "pending": RefundProgress.PENDING,
    "requires_action": RefundProgress.PENDING,
    "succeeded": RefundProgress.SUCCEEDED,
    "failed": RefundProgress.FAILED,
    "canceled": RefundProgress.FAILED,
}


def checkout_state(session: Document) -> CheckoutState:
    """A Checkout Session, whose payment intent and charge must be expanded once it is complete."""
    charge = _charge_taken(session)
    return CheckoutState(
        stripe_checkout_session_id=session["id"],
        status=SessionStatus(session["status"]),
        progress=Progress.PAID if charge is not None else _progress_without_charge(session),
        url=session["url"],
        expires_at=datetime.fromtimestamp(session["expires_at"], UTC),
        charge=charge,
        metadata=session["metadata"] or {},
    )


def refund_state(refund: Document) -> RefundState:
    return RefundState(
        stripe_refund_id=refund["id"],
        stripe_payment_intent_id=refund["payment_intent"],
        amount=_money(refund),
        progress=REFUND_PROGRESS[refund["status"]],
    )


def _charge_taken(session: Document) -> ChargeTaken | None:
    intent = session["payment_intent"]
    if session["payment_status"] != "paid" or intent["latest_charge"] is None:
        return None
    charge = intent["latest_charge"]
    return ChargeTaken(
        stripe_payment_intent_id=intent["id"],
        stripe_charge_id=charge["id"],
        amount=_money(charge),
        paid_at=datetime.fromtimestamp(charge["created"], UTC),
    )


def _progress_without_charge(session: Document) -> Progress:
    if session["status"] != SessionStatus.COMPLETE:
        return Progress.UNPAID
    # Whatever is neither charged nor failed is still to come: `processing`, `requires_action`, a charge not shown yet.
    return Progress.FAILED if session["payment_intent"]["status"] in INTENT_FAILED else Progress.PENDING


def _money(document: Document) -> Money:
    """Stripe writes currencies in small letters; ISO, and we, in capitals."""
    return Money(document["amount"], document["currency"].upper())
