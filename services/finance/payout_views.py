"""Payouts as finance sees them: Stripe's lines, ours, the bank's, and how the three agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from services.finance.calendar_month import Month
from services.finance.counterparts import is_unposted
from services.finance.errors import PayoutNotFound
from services.finance.models import BalanceTransaction, BankLine, Discrepancy, Payout
from services.finance.words import GONE, PayoutStatus, Verdict
from services.ledger.chart import AccountKey
from services.ledger.models import JournalEntry, JournalLine
from services.ledger.words import SourceType
from services.money import Money


@dataclass(frozen=True)
class PayoutView:
    """A payout and how it stands."""

    id: str
    amount: Money
    status: PayoutStatus
    is_automatic: bool
    arrival_on: date
    created_at: datetime
    updated_at: datetime
    descriptor: str | None
    failure_code: str | None
    verdict: Verdict
    bank_line_id: UUID | None
    bank_booked_on: date | None


@dataclass(frozen=True)
class PayoutLine:
    """One of Stripe's lines beside ours; `ours` is what our entries moved in the clearing account for it."""

    balance_transaction_id: str
    reporting_category: str
    source_id: str | None
    created_at: datetime
    gross: Money
    fee: Money
    net: Money
    ours: Money
    entry_id: UUID | None
    booking_id: UUID | None
    learning_set_id: UUID | None


@dataclass(frozen=True)
class PayoutShown:
    """A payout with its lines; its own line, which takes the money from the balance, comes last."""

    payout: PayoutView
    lines: list[PayoutLine]
    discrepancy_ids: list[UUID]


@dataclass(frozen=True)
class _Facts:
    """What decides the verdicts of some payouts, by payout."""

    lines: Mapping[str, BankLine]
    disputed: frozenset[str]
    """Those with an open discrepancy, of their own or of a line of theirs."""
    unposted: frozenset[str]
    """Those with a line that our journal does not know yet."""


@dataclass(frozen=True)
class PayoutFilter:
    """Which payouts to list."""

    updated_since: datetime | None = None
    month: Month | None = None
    """In which it arrives."""
    ids: Collection[str] | None = None


Key = tuple[date, str]


def list_payouts(session: Session, wanted: PayoutFilter, *, after: Key | None, limit: int) -> list[PayoutView]:
    """The latest arrival first."""
    query = select(Payout).order_by(Payout.arrival_on.desc(), Payout.id.desc()).limit(limit)
    if wanted.updated_since is not None:
        query = query.where(Payout.updated_at >= wanted.updated_since)
    if wanted.month is not None:
        query = query.where(Payout.arrival_on.between(wanted.month.first, wanted.month.last))
    if wanted.ids is not None:
        query = query.where(Payout.id.in_(wanted.ids))
    if after is not None:
        day, last = after
        query = query.where(or_(Payout.arrival_on < day, and_(Payout.arrival_on == day, Payout.id < last)))
    payouts = session.scalars(query).all()
    facts = _facts(session, payouts)
    return [_view(payout, facts) for payout in payouts]


def get_payout(session: Session, payout_id: str) -> PayoutShown:
    payout = session.get(Payout, payout_id)
    if payout is None:
        raise PayoutNotFound
    lines = _lines(session, payout)
    about = or_(
        Discrepancy.payout_id == payout_id,
        Discrepancy.balance_transaction_id.in_(
            select(BalanceTransaction.id).where(BalanceTransaction.payout_id == payout_id)
        ),
    )
    open_ones = select(Discrepancy.id).where(about, Discrepancy.closed_at.is_(None)).order_by(Discrepancy.id)
    return PayoutShown(_view(payout, _facts(session, [payout])), lines, list(session.scalars(open_ones)))


def count_verdicts(session: Session, payouts: Sequence[Payout]) -> Counter[Verdict]:
    facts = _facts(session, payouts)
    return Counter(_verdict(payout, facts) for payout in payouts)


def _facts(session: Session, payouts: Sequence[Payout]) -> _Facts:
    ids = [payout.id for payout in payouts]
    bank = session.scalars(select(BankLine).where(BankLine.payout_id.in_(ids), ~BankLine.is_return))
    own = select(Discrepancy.payout_id).where(Discrepancy.closed_at.is_(None), Discrepancy.payout_id.in_(ids))
    theirs = (
        select(BalanceTransaction.payout_id)
        .join(Discrepancy, Discrepancy.balance_transaction_id == BalanceTransaction.id)
        .where(Discrepancy.closed_at.is_(None), BalanceTransaction.payout_id.in_(ids))
    )
    unposted = select(BalanceTransaction.payout_id).where(BalanceTransaction.payout_id.in_(ids), is_unposted())
    return _Facts(
        lines={line.payout_id: line for line in bank if line.payout_id is not None},
        disputed=frozenset(found for found in (*session.scalars(own), *session.scalars(theirs)) if found),
        unposted=frozenset(found for found in session.scalars(unposted) if found),
    )


def _verdict(payout: Payout, facts: _Facts) -> Verdict:
    if payout.id in facts.disputed:
        return Verdict.DISCREPANCY
    if payout.status in GONE:
        return Verdict.FAILED
    is_listed = payout.lines_listed_at is not None or not payout.is_automatic
    if payout.status is not PayoutStatus.PAID or not is_listed or payout.id in facts.unposted:
        return Verdict.PENDING
    return Verdict.MATCHED if payout.id in facts.lines else Verdict.AWAITING_BANK


def _view(payout: Payout, facts: _Facts) -> PayoutView:
    line = facts.lines.get(payout.id)
    return PayoutView(
        id=payout.id,
        amount=Money(payout.amount_minor, payout.currency),
        status=payout.status,
        is_automatic=payout.is_automatic,
        arrival_on=payout.arrival_on,
        created_at=payout.created_at,
        updated_at=payout.updated_at,
        descriptor=payout.descriptor,
        failure_code=payout.failure_code,
        verdict=_verdict(payout, facts),
        bank_line_id=line.id if line else None,
        bank_booked_on=line.booked_on if line else None,
    )


def _lines(session: Session, payout: Payout) -> list[PayoutLine]:
    belongs = or_(BalanceTransaction.payout_id == payout.id, BalanceTransaction.source_id == payout.id)
    gross = _cleared(BalanceTransaction.entry_id == JournalEntry.id, belongs)
    fees = _cleared(
        and_(
            JournalEntry.source_type == SourceType.BALANCE_TRANSACTION,
            JournalEntry.source_id == BalanceTransaction.id,
            JournalEntry.leg == "fee",
        ),
        belongs,
    )
    ours: dict[str, int] = {}
    about: dict[str, tuple[UUID | None, UUID | None]] = {}
    for found in (gross, fees):
        for transaction_id, amount, booking_id, set_id in session.execute(found):
            ours[transaction_id] = ours.get(transaction_id, 0) + int(amount)
            about.setdefault(transaction_id, (booking_id, set_id))
    query = select(BalanceTransaction).where(belongs).order_by(BalanceTransaction.created_at, BalanceTransaction.id)
    own_last = sorted(session.scalars(query), key=lambda each: each.source_id == payout.id)
    return [_line(each, ours.get(each.id, 0), about.get(each.id, (None, None))) for each in own_last]


def _cleared(joined: ColumnElement[bool], belongs: ColumnElement[bool]) -> Select[str, int, UUID | None, UUID | None]:
    """What entries moved in the clearing account, by balance transaction, and what they are about."""
    return (
        select(
            BalanceTransaction.id,
            func.sum(JournalLine.amount_minor),
            JournalLine.booking_id,
            JournalLine.learning_set_id,
        )
        .join(JournalEntry, joined)
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(belongs, JournalLine.account == AccountKey.STRIPE_CLEARING)
        .group_by(BalanceTransaction.id, JournalLine.booking_id, JournalLine.learning_set_id)
    )


def _line(transaction: BalanceTransaction, ours: int, about: tuple[UUID | None, UUID | None]) -> PayoutLine:
    currency = transaction.currency
    return PayoutLine(
        balance_transaction_id=transaction.id,
        reporting_category=transaction.reporting_category,
        source_id=transaction.source_id,
        created_at=transaction.created_at,
        gross=Money(transaction.gross_minor, currency),
        fee=Money(transaction.fee_minor, currency),
        net=Money(transaction.net_minor, currency),
        ours=Money(ours, currency),
        entry_id=transaction.entry_id,
        booking_id=about[0],
        learning_set_id=about[1],
    )
