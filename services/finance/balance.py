"""The clearing account against Stripe's balance: what was imported, what is on its way, what is not explained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.database import Database
from services.finance.counterparts import differences, is_unposted
from services.finance.models import BalanceTransaction, Discrepancy, ImportPlace
from services.finance.payouts import STREAM
from services.finance.reconciliation import unimported_entries
from services.finance.words import DiscrepancyKind
from services.ledger.chart import AccountKey
from services.ledger.models import JournalLine
from services.payments.gateway import PaymentGateway, TransactionState


@dataclass(frozen=True)
class ClearingAccount:
    """One currency of the clearing account, in minor units."""

    currency: str
    balance: int
    imported_net: int
    """Of all balance transactions."""
    not_imported: int
    """Our postings that no balance transaction tells of yet."""
    not_posted: int
    """Gross of balance transactions that our journal does not know yet."""
    differing: int
    """By how much linked transactions and entries differ."""

    @property
    def difference(self) -> int:
        """What none of these explains: zero (I5)."""
        return self.balance - (self.imported_net + self.not_imported - self.not_posted - self.differing)


@dataclass(frozen=True)
class Comparison:
    """What Stripe holds of a currency, and what the transactions we know of come to."""

    currency: str
    at_stripe: int
    here: int


def clearing_accounts(session: Session) -> list[ClearingAccount]:
    """The clearing account in each currency that it, or Stripe, has."""
    lines = select(JournalLine.currency, func.sum(JournalLine.amount_minor)).where(
        JournalLine.account == AccountKey.STRIPE_CLEARING
    )
    balance = {row[0]: int(row[1]) for row in session.execute(lines.group_by(JournalLine.currency))}
    imported = imported_net(session)
    unposted = select(BalanceTransaction.currency, func.sum(BalanceTransaction.gross_minor)).where(is_unposted())
    not_posted = {row[0]: int(row[1]) for row in session.execute(unposted.group_by(BalanceTransaction.currency))}
    not_imported: dict[str, int] = {}
    for _, amount, currency in unimported_entries(session):
        not_imported[currency] = not_imported.get(currency, 0) + amount
    differing = _differing(session)
    return [
        ClearingAccount(
            currency=currency,
            balance=balance.get(currency, 0),
            imported_net=imported.get(currency, 0),
            not_imported=not_imported.get(currency, 0),
            not_posted=not_posted.get(currency, 0),
            differing=differing.get(currency, 0),
        )
        for currency in sorted(balance.keys() | imported.keys())
    ]


def imported_net(session: Session) -> dict[str, int]:
    """What all imported balance transactions come to, by currency."""
    sums = select(BalanceTransaction.currency, func.sum(BalanceTransaction.net_minor))
    return {row[0]: int(row[1]) for row in session.execute(sums.group_by(BalanceTransaction.currency))}


def compare_with_stripe(database: Database, gateway: PaymentGateway) -> list[Comparison]:
    """Stripe's own balance against the transactions imported, with those that came after the import's place.

    Read twice where the balance moves meanwhile.
    """
    before, held = _newest(gateway), gateway.balances()
    while (after := _newest(gateway)) != before:
        before, held = after, gateway.balances()
    with database.reading() as session:
        here = imported_net(session)
        place = session.get(ImportPlace, STREAM)
    for each in _newer_than(gateway, place.newest_id if place else None):
        with database.reading() as session:
            is_imported = session.get(BalanceTransaction, each.stripe_transaction_id) is not None
        if not is_imported:
            here[each.net.currency] = here.get(each.net.currency, 0) + each.net.amount_minor
    at_stripe = {money.currency: money.amount_minor for money in held}
    return [
        Comparison(currency, at_stripe.get(currency, 0), here.get(currency, 0))
        for currency in sorted(at_stripe.keys() | here.keys())
    ]


def _newest(gateway: PaymentGateway) -> str | None:
    found = gateway.page_of_transactions().transactions
    return found[0].stripe_transaction_id if found else None


def _newer_than(gateway: PaymentGateway, transaction_id: str | None) -> Iterator[TransactionState]:
    """What came after the import's place; without one, the newest page."""
    page = gateway.page_of_transactions(newer_than=transaction_id)
    yield from page.transactions
    while page.has_more and transaction_id is not None:
        page = gateway.page_of_transactions(newer_than=page.transactions[0].stripe_transaction_id)
        yield from page.transactions


def _differing(session: Session) -> dict[str, int]:
    sums: dict[str, int] = {}
    open_ones = (
        select(BalanceTransaction)
        .join(Discrepancy, Discrepancy.balance_transaction_id == BalanceTransaction.id)
        .where(Discrepancy.kind == DiscrepancyKind.AMOUNT_DIFFERS, Discrepancy.closed_at.is_(None))
    )
    for transaction in session.scalars(open_ones):
        if transaction.entry_id is not None:
            for amount in differences(session, transaction):
                sums[amount.currency] = sums.get(amount.currency, 0) + amount.amount_minor
    return sums
