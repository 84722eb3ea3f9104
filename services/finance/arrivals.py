"""Payouts that a bank statement should show and does not: as they arrive, or as the bank sends them back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from services.finance.discrepancies import Found, is_cleared_by_staff
from services.finance.models import BalanceTransaction, BankLine, BankStatement, Discrepancy, Payout
from services.finance.overtaken import take_back_suspense
from services.finance.postings import PAYOUT_REVERSAL
from services.finance.words import GONE, DiscrepancyKind, PayoutStatus
from services.finance.working_days import after_working_days

LATEST_WORKING_DAYS = 3
"""How many working days after its arrival a payout may show at the bank."""

Span = tuple[date, date]
BankAccount = tuple[str, str]
"""Its currency and its label."""


def last_day_at_bank(arrival_on: date) -> date:
    return after_working_days(arrival_on, LATEST_WORKING_DAYS)


def list_not_at_bank(session: Session) -> Iterable[Found]:
    """Paid payouts without a bank line, where an account's statements cover every day on which it could have been."""
    covered = _covered(session)
    if not covered:
        return
    for payout in _without_line(session):
        first, last = payout.arrival_on, last_day_at_bank(payout.arrival_on)
        if any(_covers(spans, first, last) for account, spans in covered.items() if account[0] == payout.currency):
            yield Found.of_payout(DiscrepancyKind.NOT_AT_BANK, payout, payout.amount_minor)


def _covered(session: Session) -> dict[BankAccount, list[Span]]:
    """The days that statements cover, in order, by account: of those at which payouts arrive, as soon as one has."""
    account = BankStatement.currency, BankStatement.account_label
    reached = select(*account).join(BankLine, BankLine.statement_id == BankStatement.id)
    known = {(row[0], row[1]) for row in session.execute(reached.where(BankLine.payout_id.is_not(None)).distinct())}
    settled = {currency for currency, _ in known}
    covered: dict[BankAccount, list[Span]] = {}
    spans = select(*account, BankStatement.from_on, BankStatement.until_on).order_by(BankStatement.from_on)
    for currency, label, from_on, until_on in session.execute(spans):
        if currency not in settled or (currency, label) in known:
            covered.setdefault((currency, label), []).append((from_on, until_on))
    return covered


def list_not_returned(session: Session) -> Iterable[Found]:
    """Payouts that were at the bank and failed, where no line shows that the bank has sent them back."""
    query = select(Payout).where(is_sent_back(), is_at_bank(), ~is_returned(), ~is_cleared())
    for payout in session.scalars(query):
        yield Found.of_payout(DiscrepancyKind.NOT_AT_BANK, payout, payout.amount_minor)


def forget_missing(session: Session, *, actor: str, now: datetime) -> None:
    """A payout that was missing at the bank and has failed is none to wait for: what was in suspense is taken back."""
    failed = select(Payout.id).where(is_sent_back(), ~is_at_bank(), is_cleared())
    for payout_id in session.scalars(failed).all():
        reason = "the payout failed: its money is at Stripe again"
        take_back_suspense(session, DiscrepancyKind.NOT_AT_BANK, payout_id, actor=actor, reason=reason, now=now)


def is_at_bank() -> ColumnElement[bool]:
    """Of payouts that a line of the bank has brought."""
    return select(BankLine.id).where(BankLine.payout_id == Payout.id, ~BankLine.is_return).exists()


def is_returned() -> ColumnElement[bool]:
    """Of payouts that a line of the bank has sent back."""
    return select(BankLine.id).where(BankLine.payout_id == Payout.id, BankLine.is_return).exists()


def is_sent_back() -> ColumnElement[bool]:
    """Of payouts whose money is at Stripe again: Stripe says so, or its balance does."""
    return or_(Payout.status.in_(GONE), is_reversed())


def is_reversed() -> ColumnElement[bool]:
    """Of payouts whose money is in Stripe's balance again."""
    reversal = select(BalanceTransaction.id).where(
        BalanceTransaction.source_id == Payout.id, BalanceTransaction.reporting_category == PAYOUT_REVERSAL
    )
    return reversal.exists()


def _without_line(session: Session) -> Sequence[Payout]:
    query = select(Payout).where(
        Payout.status == PayoutStatus.PAID, Payout.amount_minor != 0, ~is_at_bank(), ~is_sent_back(), ~is_cleared()
    )
    return session.scalars(query).all()


def is_cleared() -> ColumnElement[bool]:
    """Of payouts that staff have said enough about, though no statement shows what it should."""
    cleared = select(Discrepancy.id).where(
        Discrepancy.payout_id == Payout.id, Discrepancy.kind == DiscrepancyKind.NOT_AT_BANK, is_cleared_by_staff()
    )
    return cleared.exists()


def _covers(spans: Sequence[Span], first: date, last: date) -> bool:
    """Whether spans, in order of their beginnings, leave no day out."""
    for begins, ends in spans:
        if begins > first:
            return False
        first = max(first, ends + timedelta(days=1))
        if first > last:
            return True
    return False
