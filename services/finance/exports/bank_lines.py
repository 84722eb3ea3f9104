"""Stripe's balance as if it were a bank account: what was taken or given back, and each fee as a line of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.finance.exports.reading import ExportedTransaction
from services.finance.wording import category


@dataclass(frozen=True)
class StripeLine:
    """A line as a bank would show it; positive is money in."""

    on: date
    amount: Decimal
    description: str
    reference: str


def lines_of(transaction: ExportedTransaction) -> Iterator[StripeLine]:
    """Its gross and its fee; what is nothing is left out, for no program takes a line of nothing."""
    about = transaction.about.booking or transaction.source or transaction.id
    day = transaction.created_at.date()
    if transaction.gross:
        yield StripeLine(day, transaction.gross, f"{category(transaction.category)} {about}", transaction.id)
    if transaction.fee:
        yield StripeLine(day, -transaction.fee, f"Stripe's fee {about}", transaction.id)
