"""The two sides of a discrepancy: what Stripe says of it, and what our journal does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.finance.discrepancies import DiscrepancyView
from services.finance.models import BalanceTransaction, Payout
from services.finance.words import DiscrepancyKind
from services.ledger.chart import AccountKey
from services.ledger.models import JournalLine
from services.money import Money


@dataclass(frozen=True)
class Sides:
    """What each side says, where it says anything."""

    theirs: Money | None = None
    """Stripe's amount; of a payout whose list is short, the payout's."""
    ours: Money | None = None
    """What our entry moved in the clearing account; of a payout whose list is short, the list's sum."""
    reporting_category: str | None = None
    source_id: str | None = None
    payout_id: str | None = None
    entry_id: UUID | None = None
    booking_id: UUID | None = None


def read_sides(session: Session, discrepancies: Sequence[DiscrepancyView]) -> dict[UUID, Sides]:
    """By the discrepancy's id."""
    transactions = _transactions(session, {each.balance_transaction_id for each in discrepancies})
    entry_ids = {each.entry_id for each in discrepancies} | {each.entry_id for each in transactions.values()}
    cleared = _cleared(session, entry_ids)
    payouts = _payouts(session, {each.payout_id for each in discrepancies})
    sides: dict[UUID, Sides] = {}
    for each in discrepancies:
        transaction = transactions.get(each.balance_transaction_id or "")
        payout = payouts.get(each.payout_id or "")
        if transaction is not None:
            sides[each.id] = _of_transaction(transaction, cleared)
        elif payout is not None:
            sides[each.id] = _of_payout(session, each, payout)
        elif each.entry_id is not None:
            amount, booking_id = cleared.get(each.entry_id, (Money(0, each.amount.currency), None))
            sides[each.id] = Sides(ours=amount, entry_id=each.entry_id, booking_id=booking_id)
    return sides


Cleared = dict[UUID, tuple[Money, UUID | None]]
"""By the entry: what it moved in the clearing account, and for which booking."""


def _of_transaction(transaction: BalanceTransaction, cleared: Cleared) -> Sides:
    amount, booking_id = cleared.get(transaction.entry_id, (None, None)) if transaction.entry_id else (None, None)
    return Sides(
        theirs=Money(transaction.gross_minor, transaction.currency),
        ours=amount,
        reporting_category=transaction.reporting_category,
        source_id=transaction.source_id,
        payout_id=transaction.payout_id,
        entry_id=transaction.entry_id,
        booking_id=booking_id,
    )


def _of_payout(session: Session, discrepancy: DiscrepancyView, payout: Payout) -> Sides:
    amount = Money(payout.amount_minor, payout.currency)
    if discrepancy.kind is not DiscrepancyKind.AMOUNT_DIFFERS:
        return Sides(theirs=amount, payout_id=payout.id)
    listed = select(func.coalesce(func.sum(BalanceTransaction.net_minor), 0)).where(
        BalanceTransaction.payout_id == payout.id, func.coalesce(BalanceTransaction.source_id, "") != payout.id
    )
    return Sides(theirs=amount, ours=Money(int(session.scalar(listed) or 0), payout.currency), payout_id=payout.id)


def _transactions(session: Session, ids: Iterable[str | None]) -> dict[str, BalanceTransaction]:
    found = session.scalars(select(BalanceTransaction).where(BalanceTransaction.id.in_(_known(ids))))
    return {each.id: each for each in found}


def _payouts(session: Session, ids: Iterable[str | None]) -> dict[str, Payout]:
    return {each.id: each for each in session.scalars(select(Payout).where(Payout.id.in_(_known(ids))))}


def _cleared(session: Session, entry_ids: Iterable[UUID | None]) -> Cleared:
    query = (
        select(JournalLine.entry_id, JournalLine.currency, JournalLine.booking_id, func.sum(JournalLine.amount_minor))
        .where(JournalLine.entry_id.in_(_known(entry_ids)), JournalLine.account == AccountKey.STRIPE_CLEARING)
        .group_by(JournalLine.entry_id, JournalLine.currency, JournalLine.booking_id)
    )
    return {
        entry_id: (Money(int(amount), currency), booking_id)
        for entry_id, currency, booking_id, amount in session.execute(query)
    }


def _known(ids: Iterable[object]) -> list[object]:
    return [each for each in ids if each is not None]
