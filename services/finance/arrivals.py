"""Payouts that a bank statement should show and does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.finance.discrepancies import Found, is_cleared_by_staff
from services.finance.models import BankLine, BankStatement, Discrepancy, Payout
from services.finance.words import DiscrepancyKind, PayoutStatus
from services.finance.working_days import after_working_days

LATEST_WORKING_DAYS = 3
"""How many working days after its arrival a payout may show at the bank."""

Span = tuple[date, date]


def last_day_at_bank(arrival_on: date) -> date:
    return after_working_days(arrival_on, LATEST_WORKING_DAYS)


def list_not_at_bank(session: Session) -> Iterable[Found]:
    """Paid payouts without a bank line, where statements cover every day on which it could have been."""
    spans: dict[str, list[Span]] = {}
    for statement in session.scalars(select(BankStatement).order_by(BankStatement.from_on)):
        spans.setdefault(statement.currency, []).append((statement.from_on, statement.until_on))
    if not spans:
        return
    for payout in _without_line(session):
        if _covers(spans.get(payout.currency, []), payout.arrival_on, last_day_at_bank(payout.arrival_on)):
            yield Found.of_payout(DiscrepancyKind.NOT_AT_BANK, payout, payout.amount_minor)


def _without_line(session: Session) -> Sequence[Payout]:
    has_line = select(BankLine.id).where(BankLine.payout_id == Payout.id)
    is_cleared = select(Discrepancy.id).where(
        Discrepancy.payout_id == Payout.id,
        Discrepancy.kind == DiscrepancyKind.NOT_AT_BANK,
        is_cleared_by_staff(),
    )
    query = select(Payout).where(
        Payout.status == PayoutStatus.PAID, Payout.amount_minor != 0, ~has_line.exists(), ~is_cleared.exists()
    )
    return session.scalars(query).all()


def _covers(spans: Sequence[Span], first: date, last: date) -> bool:
    """Whether spans, in order of their beginnings, leave no day out."""
    for begins, ends in spans:
        if begins > first:
            return False
        first = max(first, ends + timedelta(days=1))
        if first > last:
            return True
    return False
