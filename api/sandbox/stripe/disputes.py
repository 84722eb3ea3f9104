"""Disputes: a payer's bank takes the money of a charge back, with a fee, until it is decided."""

from __future__ import annotations

from api.sandbox.stripe.account import Account, Document, new_id
from api.sandbox.stripe.balance import Movement, book
from api.sandbox.stripe.events import announce
from api.sandbox.stripe.listing import CreatedListParameters, page, was_created
from api.sandbox.stripe.parameters import Text
from api.sandbox.stripe.refusals import StripeRefusal, missing

FEE = 2000
EVIDENCE_SECONDS = 10 * 24 * 60 * 60
NO_EVIDENCE = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
)


class DisputeListParameters(CreatedListParameters):
    charge = Text()
    payment_intent = Text()


def open_dispute(account: Account, charge: Document, *, amount: int | None, reason: str) -> Document:
    """Take the money of a charge back, all that is left of it or the amount given, and the fee."""
    left = charge["amount"] - charge["amount_refunded"]
    wanted = left if amount is None else amount
    if charge["disputed"] or not 0 < wanted <= left:
        raise StripeRefusal(f"Charge {charge['id']} cannot be disputed for {wanted}.")
    dispute = _new_dispute(account, charge, wanted, reason)
    with account.state.writing():
        taken = Movement("adjustment", "dispute", -wanted, charge["currency"], dispute["id"], fee=FEE)
        dispute["balance_transactions"] = [book(account, taken)]
        account.keep(dispute)
        account.keep({**charge, "disputed": True})
        announce(account, "charge.dispute.created", dispute)
        announce(account, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def close_dispute(account: Account, dispute_id: str, *, is_won: bool) -> Document:
    """The bank decides: won, the money comes back and the fee does not; lost, neither does."""
    with account.state.writing():
        dispute = _get(account, dispute_id)
        if dispute["status"] in ("won", "lost"):
            raise StripeRefusal(f"Dispute {dispute_id} is closed: {dispute['status']}.")
        dispute["status"] = "won" if is_won else "lost"
        if is_won:
            back = Movement("adjustment", "dispute_reversal", dispute["amount"], dispute["currency"], dispute_id)
            dispute["balance_transactions"] = [*dispute["balance_transactions"], book(account, back)]
        account.keep(dispute)
        if is_won:
            announce(account, "charge.dispute.funds_reinstated", dispute)
        announce(account, "charge.dispute.closed", dispute)
    return dispute


def retrieve_dispute(account: Account, _parameters: Document, *, dispute: str) -> Document:
    return _get(account, dispute)


def list_disputes(account: Account, parameters: Document) -> Document:
    wanted = [
        dispute
        for dispute in account.all("dispute")
        if was_created(dispute, parameters["created"])
        and all(dispute[name] == parameters[name] for name in ("charge", "payment_intent") if name in parameters)
    ]
    return page(wanted, parameters, url="/v1/disputes")


def _new_dispute(account: Account, charge: Document, amount: int, reason: str) -> Document:
    now = account.now()
    return {
        "id": new_id("dp_"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(NO_EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": now + EVIDENCE_SECONDS,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {"brand": "visa", "case_type": "chargeback", "network": "visa", "network_reason_code": "10.4"},
            "type": "card",
        },
        "reason": reason,
        "status": "needs_response",
    }


def _get(account: Account, dispute_id: str) -> Document:
    found = account.find("dispute", dispute_id)
    if found is None:
        raise missing("dispute", dispute_id, "dispute")
    return found
