"""The balance: every movement of money at the account as a balance transaction, and what they add up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from api.sandbox.stripe.account import Account, Document, new_id
from api.sandbox.stripe.listing import CreatedListParameters, page, was_created
from api.sandbox.stripe.parameters import Text
from api.sandbox.stripe.refusals import missing

KIND = "balance_transaction"
PAYOUT_OF = "balance_transaction.payout"
"""The stand-in's own: the automatic payout that a balance transaction is part of, under the transaction's id."""

PENDING_SECONDS = 3 * 24 * 60 * 60
"""How long a charge takes to become available."""


class TransactionListParameters(CreatedListParameters):
    currency = Text()
    payout = Text()
    source = Text()
    type = Text()


@dataclass(frozen=True)
class Movement:
    """Money that comes into the balance, or leaves it where the amount is negative; the fee leaves it besides."""

    type: str
    reporting_category: str
    amount: int
    currency: str
    source: str | None
    fee: int = 0
    pending_seconds: int = 0


def book(account: Account, movement: Movement) -> Document:
    """Write a movement down; answers its balance transaction."""
    now = account.now()
    available_on = now + movement.pending_seconds
    transaction = {
        "id": new_id("txn_"),
        "object": KIND,
        "amount": movement.amount,
        "available_on": available_on,
        "balance_type": "payments",
        "created": now,
        "currency": movement.currency,
        "description": None,
        "exchange_rate": None,
        "fee": movement.fee,
        "fee_details": [_fee(movement)] if movement.fee else [],
        "net": movement.amount - movement.fee,
        "reporting_category": movement.reporting_category,
        "source": movement.source,
        "status": "pending" if available_on > now else "available",
        "type": movement.type,
    }
    account.keep(transaction)
    return transaction


def charge_fee(amount: int) -> int:
    """What a card payment costs: 1.5 % and 20 minor units."""
    return (amount * 15 + 500) // 1000 + 20


def retrieve_transaction(account: Account, _parameters: Document, *, transaction: str) -> Document:
    found = account.find(KIND, transaction)
    if found is None:
        raise missing(KIND, transaction, "id")
    return as_of_now(account, found)


def list_transactions(account: Account, parameters: Document) -> Document:
    """Balance transactions, newest first; `payout` asks for those of one automatic payout, its own included."""
    wanted = [
        as_of_now(account, transaction)
        for transaction in account.all(KIND)
        if was_created(transaction, parameters["created"])
        and all(transaction[name] == parameters[name] for name in ("currency", "source", "type") if name in parameters)
        and ("payout" not in parameters or payout_of(account, transaction["id"]) == parameters["payout"])
    ]
    return page(wanted, parameters, url="/v1/balance_transactions")


def retrieve_balance(account: Account, _parameters: Document) -> Document:
    """What the account holds of each currency: available, and still pending."""
    transactions = [as_of_now(account, transaction) for transaction in account.all(KIND)]
    currencies = sorted({transaction["currency"] for transaction in transactions}) or ["gbp"]
    return {
        "object": "balance",
        "available": [_sum(transactions, currency, "available") for currency in currencies],
        "livemode": False,
        "pending": [_sum(transactions, currency, "pending") for currency in currencies],
    }


def payout_of(account: Account, transaction_id: str) -> str | None:
    placed = account.state.find(PAYOUT_OF, transaction_id)
    return placed["payout"] if placed else None


def as_of_now(account: Account, transaction: Document) -> Document:
    is_available = transaction["available_on"] <= account.now()
    return {**transaction, "status": "available" if is_available else "pending"}


def _sum(transactions: Iterable[Document], currency: str, status: str) -> Document:
    amount = sum(each["net"] for each in transactions if (each["currency"], each["status"]) == (currency, status))
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


def _fee(movement: Movement) -> Document:
    return {
        "amount": movement.fee,
        "application": None,
        "currency": movement.currency,
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }
