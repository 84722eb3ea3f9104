"""Stripe's documents in our words; knows nothing of its client library."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.money import Money
from services.payments.gateway import (
    ChargeTaken,
    CheckoutState,
    DisputeMove,
    DisputeProgress,
    DisputeState,
    PayoutState,
    Progress,
    RefundProgress,
    RefundState,
    SessionStatus,
    TransactionState,
)

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

DISPUTE_PROGRESS = {
    "warning_needs_response": DisputeProgress.INQUIRY,
    "warning_under_review": DisputeProgress.INQUIRY,
    "warning_closed": DisputeProgress.WON,
    "prevented": DisputeProgress.WON,
    "won": DisputeProgress.WON,
    "lost": DisputeProgress.LOST,
}
"""All other words say that it is open, or open again; what was closed before it took any money is won."""


def checkout_state(session: Document) -> CheckoutState:
    """A Checkout Session, whose payment intent, charge and balance transaction must be expanded once it is complete."""
    charge = _charge_taken(session)
    return CheckoutState(
        stripe_checkout_session_id=session["id"],
        status=SessionStatus(session["status"]),
        progress=Progress.PAID if charge is not None else _progress_without_charge(session),
        url=session["url"],
        expires_at=_instant(session["expires_at"]),
        charge=charge,
        metadata=session["metadata"] or {},
    )


def refund_state(refund: Document) -> RefundState:
    """A refund, whose balance transactions must be expanded."""
    return RefundState(
        stripe_refund_id=refund["id"],
        stripe_payment_intent_id=refund["payment_intent"],
        amount=_money(refund),
        progress=REFUND_PROGRESS[refund["status"]],
        reference=(refund["metadata"] or {}).get("refund"),
        left_at=_moved_at(refund["balance_transaction"]),
        came_back_at=_moved_at(refund.get("failure_balance_transaction")),
    )


def dispute_state(dispute: Document) -> DisputeState:
    moved = sorted(dispute["balance_transactions"], key=lambda transaction: (transaction["created"], transaction["id"]))
    return DisputeState(
        stripe_dispute_id=dispute["id"],
        stripe_payment_intent_id=dispute["payment_intent"],
        amount=_money(dispute),
        progress=DISPUTE_PROGRESS.get(dispute["status"], DisputeProgress.OPEN),
        reason=dispute["reason"],
        opened_at=_instant(dispute["created"]),
        moves=tuple(DisputeMove(_money(each), _instant(each["created"])) for each in moved if each["amount"]),
    )


def transaction_state(transaction: Document) -> TransactionState:
    currency = transaction["currency"].upper()
    return TransactionState(
        stripe_transaction_id=transaction["id"],
        type=transaction["type"],
        reporting_category=transaction["reporting_category"],
        gross=Money(transaction["amount"], currency),
        fee=Money(transaction["fee"], currency),
        net=Money(transaction["net"], currency),
        fee_details=[
            {"type": fee["type"], "amount_minor": fee["amount"], "currency": fee["currency"].upper()}
            for fee in transaction["fee_details"]
        ],
        created_at=_instant(transaction["created"]),
        available_at=_instant(transaction["available_on"]),
        source=transaction["source"],
    )


def payout_state(payout: Document) -> PayoutState:
    return PayoutState(
        stripe_payout_id=payout["id"],
        amount=_money(payout),
        status=payout["status"],
        is_automatic=payout["automatic"],
        method=payout["method"],
        reconciliation_status=payout["reconciliation_status"],
        descriptor=payout["statement_descriptor"],
        failure_code=payout["failure_code"],
        arrival_at=_instant(payout["arrival_date"]),
        created_at=_instant(payout["created"]),
    )


def held_balances(balance: Document) -> list[Money]:
    """A sum a currency, of what is available and what is pending."""
    sums: dict[str, int] = {}
    for part in (*balance["available"], *balance["pending"]):
        sums[part["currency"].upper()] = sums.get(part["currency"].upper(), 0) + part["amount"]
    return [Money(amount, currency) for currency, amount in sorted(sums.items())]


def _charge_taken(session: Document) -> ChargeTaken | None:
    intent = session["payment_intent"]
    if session["payment_status"] != "paid" or intent is None or intent["latest_charge"] is None:
        return None
    charge = intent["latest_charge"]
    return ChargeTaken(
        stripe_payment_intent_id=intent["id"],
        stripe_charge_id=charge["id"],
        amount=_money(charge),
        paid_at=_moved_at(charge["balance_transaction"]) or _instant(charge["created"]),
    )


def _progress_without_charge(session: Document) -> Progress:
    if session["status"] != SessionStatus.COMPLETE or session["payment_intent"] is None:
        return Progress.UNPAID  # without an intent it asks for no payment: a subscription, or somebody else's session
    # Whatever is neither charged nor failed is still to come: `processing`, `requires_action`, a charge not shown yet.
    return Progress.FAILED if session["payment_intent"]["status"] in INTENT_FAILED else Progress.PENDING


def _money(document: Document) -> Money:
    """Stripe writes currencies in small letters; ISO, and we, in capitals."""
    return Money(document["amount"], document["currency"].upper())


def _moved_at(transaction: Document | None) -> datetime | None:
    return _instant(transaction["created"]) if transaction is not None else None


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
