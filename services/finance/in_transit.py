"""What stands in transit for each payout: its amount while it is on its way, and nothing before or after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from services.finance.arrivals import is_at_bank, is_cleared, is_returned, is_reversed
from services.finance.models import BalanceTransaction, Discrepancy, Payout
from services.ids import Prefix, find_uuid
from services.ledger.chart import AccountKey
from services.ledger.models import JournalEntry, JournalLine
from services.ledger.words import SourceType


@dataclass(frozen=True)
class Strayed:
    """A payout of which something else is in transit than should be, in minor units."""

    payout_id: str
    in_transit: int
    expected: int


def list_strayed(session: Session) -> Iterator[Strayed]:
    """Payouts whose money is neither where it was nor where it was going."""
    in_transit = _in_transit(session)
    expected = case((_has_arrived(), 0), else_=Payout.amount_minor)
    for payout_id, amount in session.execute(select(Payout.id, expected).order_by(Payout.id)):
        if in_transit[payout_id] != amount:
            yield Strayed(payout_id, in_transit[payout_id], amount)


def _has_arrived() -> ColumnElement[bool]:
    """Whether a payout's way is over: at the bank, at Stripe again, or in suspense."""
    return or_(is_reversed(), and_(is_at_bank(), ~is_returned()), is_cleared())


def _in_transit(session: Session) -> Counter[str]:
    """By the payout, whatever moved the account for its sake."""
    is_stripes = JournalEntry.source_type == SourceType.BALANCE_TRANSACTION
    source_id = case((is_stripes, BalanceTransaction.source_id), else_=JournalEntry.source_id)
    sums = (
        select(JournalEntry.source_type, source_id, func.sum(JournalLine.amount_minor))
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .outerjoin(BalanceTransaction, and_(is_stripes, BalanceTransaction.id == JournalEntry.source_id))
        .where(JournalLine.account == AccountKey.PAYOUTS_IN_TRANSIT)
        .group_by(JournalEntry.source_type, source_id)
    )
    found: Counter[str] = Counter()
    for source_type, about, amount in session.execute(sums):
        if source_type is SourceType.DISCREPANCY:
            about = session.get_one(Discrepancy, find_uuid(Prefix.DISCREPANCY, about)).payout_id
        found[about] += int(amount)
    return found
