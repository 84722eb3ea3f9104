"""Payouts: the balance sent to the bank, or taken from it where the balance is negative."""

from __future__ import annotations

from dataclasses import dataclass

from api.sandbox.stripe.account import Account, Document, new_id
from api.sandbox.stripe.balance import KIND as TRANSACTION
from api.sandbox.stripe.balance import PAYOUT_OF, Movement, as_of_now, book, payout_of
from api.sandbox.stripe.events import announce
from api.sandbox.stripe.listing import Created, CreatedListParameters, page, was_created
from api.sandbox.stripe.parameters import Choice, Text
from api.sandbox.stripe.refusals import StripeRefusal, missing

DAY = 24 * 60 * 60
WORDS = ("pending", "in_transit", "paid", "failed", "canceled")


class PayoutListParameters(CreatedListParameters):
    arrival_date = Created()
    destination = Text()
    status = Choice(*WORDS)


@dataclass(frozen=True)
class PayoutWish:
    """What a payout shall be: automatic, of all that is there, and at the bank already, unless told otherwise."""

    currency: str = "gbp"
    is_automatic: bool = True
    amount: int | None = None
    """Of a manual payout; None: all that is there."""
    is_paid: bool = True
    is_reconciled: bool = True


def pay_out(account: Account, wish: PayoutWish) -> Document:
    """Make all the balance available and send it to the bank."""
    with account.state.writing():
        waiting = _make_available(account, wish.currency)
        amount = sum(transaction["net"] for transaction in waiting)
        if not wish.is_automatic and wish.amount is not None:
            amount = _no_more_than(wish.amount, amount)
        if not amount:
            raise StripeRefusal("There is nothing in the balance to pay out.", code="balance_insufficient")
        payout = _new_payout(account, wish, amount)
        own = book(account, Movement("payout", "payout", -amount, wish.currency, payout["id"]))
        payout["balance_transaction"] = own["id"]
        account.keep(payout)
        if wish.is_automatic:
            _place(account, [*waiting, own], payout["id"])
        _tell(account, payout)
    return payout


def settle_payout(account: Account, payout_id: str, *, is_paid: bool) -> Document:
    """The bank took the payout, or sent it back: then its money is in the balance again."""
    with account.state.writing():
        payout = _get(account, payout_id)
        if payout["status"] in ("failed", "canceled"):
            raise StripeRefusal(f"Payout {payout_id} has already failed.")
        if is_paid:
            payout |= {"status": "paid", "reconciliation_status": _reconciled(payout)}
            account.keep(payout)
            _tell_paid(account, payout)
        else:
            _fail(account, payout)
    return payout


def retrieve_payout(account: Account, _parameters: Document, *, payout: str) -> Document:
    return _get(account, payout)


def list_payouts(account: Account, parameters: Document) -> Document:
    wanted = [
        payout
        for payout in account.all("payout")
        if was_created(payout, parameters["created"])
        and was_created({"created": payout["arrival_date"]}, parameters["arrival_date"])
        and all(payout[name] == parameters[name] for name in ("destination", "status") if name in parameters)
    ]
    return page(wanted, parameters, url="/v1/payouts")


def _make_available(account: Account, currency: str) -> list[Document]:
    """All that no automatic payout has taken yet, available from now on."""
    waiting = [
        as_of_now(account, transaction)
        for transaction in account.all(TRANSACTION)
        if transaction["currency"] == currency and payout_of(account, transaction["id"]) is None
    ]
    for transaction in waiting:
        if transaction["status"] == "pending":
            transaction |= {"available_on": account.now(), "status": "available"}
            account.keep(transaction)
    return waiting


def _no_more_than(wanted: int, there: int) -> int:
    if wanted > there:
        raise StripeRefusal("You have insufficient funds in your Stripe account.", code="balance_insufficient")
    return wanted


def _new_payout(account: Account, wish: PayoutWish, amount: int) -> Document:
    now = account.now()
    is_done = wish.is_automatic and wish.is_reconciled and wish.is_paid
    return {
        "id": new_id("po_"),
        "object": "payout",
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": now - now % DAY,
        "automatic": wish.is_automatic,
        "balance_transaction": None,
        "created": now,
        "currency": wish.currency,
        "description": "STRIPE PAYOUT",
        "destination": "ba_sandbox",
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": _reconciliation(wish.is_automatic, is_done),
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": "STRIPE",
        "status": "paid" if wish.is_paid else "in_transit",
        "trace_id": {"status": "supported" if wish.is_paid else "pending", "value": None},
        "type": "bank_account",
    }


def _reconciliation(is_automatic: bool, is_done: bool) -> str:
    if not is_automatic:
        return "not_applicable"
    return "completed" if is_done else "in_progress"


def _reconciled(payout: Document) -> str:
    return _reconciliation(payout["automatic"], True)


def _place(account: Account, transactions: list[Document], payout_id: str) -> None:
    for transaction in transactions:
        account.state.put(PAYOUT_OF, transaction["id"], {"payout": payout_id})


def _tell(account: Account, payout: Document) -> None:
    announce(account, "payout.created", payout)
    if payout["status"] == "paid":
        _tell_paid(account, payout)


def _tell_paid(account: Account, payout: Document) -> None:
    announce(account, "payout.paid", payout)
    if payout["reconciliation_status"] == "completed":
        announce(account, "payout.reconciliation_completed", payout)


def _fail(account: Account, payout: Document) -> None:
    back = book(
        account, Movement("payout_failure", "payout_reversal", payout["amount"], payout["currency"], payout["id"])
    )
    payout |= {
        "status": "failed",
        "failure_balance_transaction": back["id"],
        "failure_code": "account_closed",
        "failure_message": "The bank account has been closed.",
        "reconciliation_status": _reconciled(payout),
    }
    account.keep(payout)
    announce(account, "payout.failed", payout)


def _get(account: Account, payout_id: str) -> Document:
    found = account.find("payout", payout_id)
    if found is None:
        raise missing("payout", payout_id, "payout")
    return found
