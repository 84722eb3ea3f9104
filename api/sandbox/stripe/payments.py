"""Payment intents, charges and refunds: money that was paid, and given back."""

from __future__ import annotations

from api.sandbox.stripe.account import Account, Document
from api.sandbox.stripe.balance import Movement, book
from api.sandbox.stripe.events import announce
from api.sandbox.stripe.listing import CreatedListParameters, page, was_created
from api.sandbox.stripe.parameters import Choice, Metadata, Parameters, Text, WholeNumber
from api.sandbox.stripe.refusals import InvalidParameter, StripeRefusal, missing
from api.sandbox.stripe.shapes import new_refund


class RefundParameters(Parameters):
    payment_intent = Text()
    charge = Text()
    amount = WholeNumber(least=1)
    reason = Choice("duplicate", "fraudulent", "requested_by_customer")
    metadata = Metadata()


class RefundListParameters(CreatedListParameters):
    payment_intent = Text()
    charge = Text()


def retrieve_intent(account: Account, _parameters: Document, *, intent: str) -> Document:
    return _get(account, "payment_intent", intent, "intent")


def retrieve_charge(account: Account, _parameters: Document, *, charge: str) -> Document:
    return _get(account, "charge", charge, "charge")


def retrieve_refund(account: Account, _parameters: Document, *, refund: str) -> Document:
    return _get(account, "refund", refund, "refund")


def list_refunds(account: Account, parameters: Document) -> Document:
    wanted = [
        refund
        for refund in account.all("refund")
        if was_created(refund, parameters["created"])
        and all(refund[name] == parameters[name] for name in ("payment_intent", "charge") if name in parameters)
    ]
    return page(wanted, parameters, url="/v1/refunds")


def create_refund(account: Account, parameters: Document) -> Document:
    """Give back all that is left of a charge, or the amount asked for; never more than was paid."""
    charge = charge_of(account, parameters)
    left = charge["amount"] - charge["amount_refunded"]
    amount = parameters.get("amount", left)
    if not left:
        raise StripeRefusal(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount > left:
        raise StripeRefusal(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount"
        )
    if charge["disputed"]:
        raise StripeRefusal(f"Charge {charge['id']} has been charged back.", code="charge_disputed")
    refund = new_refund(charge, amount, parameters, now=account.now())
    with account.state.writing():
        given = book(account, Movement("refund", "refund", -amount, charge["currency"], refund["id"]))
        refund["balance_transaction"] = given["id"]
        charge |= {"amount_refunded": charge["amount_refunded"] + amount, "refunded": amount == left}
        account.keep(refund)
        account.keep(charge)
        announce(account, "refund.created", refund)
        announce(account, "charge.refunded", charge)
    return refund


def fail_refund(account: Account, refund_id: str) -> Document:
    """The payer's bank refuses a refund, days later: its money is in the balance again, and can be refunded anew."""
    with account.state.writing():
        refund = _get(account, "refund", refund_id, "refund")
        if refund["status"] == "failed":
            raise StripeRefusal(f"Refund {refund_id} has already failed.")
        charge = _get(account, "charge", refund["charge"], "charge")
        back = Movement("refund_failure", "refund_failure", refund["amount"], refund["currency"], refund_id)
        refund |= {
            "status": "failed",
            "failure_reason": "lost_or_stolen_card",
            "failure_balance_transaction": book(account, back)["id"],
        }
        account.keep(refund)
        account.keep({**charge, "amount_refunded": charge["amount_refunded"] - refund["amount"], "refunded": False})
        announce(account, "refund.failed", refund)
    return refund


def charge_of(account: Account, parameters: Document) -> Document:
    """The charge that parameters name by its own id, or by its payment intent's."""
    if "charge" in parameters:
        return _get(account, "charge", parameters["charge"], "charge")
    if "payment_intent" not in parameters:
        raise InvalidParameter(
            "One of the following params should be provided for this request: payment_intent or charge."
        )
    intent = _get(account, "payment_intent", parameters["payment_intent"], "payment_intent")
    charge = account.find("charge", intent["latest_charge"] or "")
    if charge is None or charge["status"] != "succeeded":
        raise StripeRefusal(f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.")
    return charge


def _get(account: Account, kind: str, object_id: str, param: str) -> Document:
    found = account.find(kind, object_id)
    if found is None:
        raise missing(kind, object_id, param)
    return found
