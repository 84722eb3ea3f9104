"""Statements and their lines, as finance sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from services.finance.bank.errors import BankLineNotFound, BankStatementNotFound
from services.finance.matching import suggestions
from services.finance.models import BankLine, BankStatement
from services.finance.words import BankMatch
from services.money import Money


class LineStatus(StrEnum):
    MATCHED = "matched"
    """It is a payout."""
    SUGGESTED = "suggested"
    """It may be one, or one of several: a person says."""
    UNMATCHED = "unmatched"
    """No payout that we know of could be it."""


@dataclass(frozen=True)
class StatementView:
    """A statement, without its lines."""

    id: UUID
    format: str
    account: str
    currency: str
    from_on: date
    until_on: date
    lines: int
    known: int
    uploaded_at: datetime
    uploaded_by: str


@dataclass(frozen=True)
class LineView:
    """A line of the bank, and which payout it is or may be."""

    id: UUID
    statement_id: UUID
    booked_on: date
    amount: Money
    description: str
    reference: str | None
    status: LineStatus
    payout_id: str | None
    is_return: bool
    """Whether the bank sent the payout back by it."""
    matched_by: BankMatch | None
    matched_at: datetime | None
    candidates: tuple[str, ...]


@dataclass(frozen=True)
class LineFilter:
    """Which lines to list."""

    status: LineStatus | None = None
    statement_id: UUID | None = None
    updated_since: datetime | None = None


LineKey = tuple[date, UUID]


def list_statements(
    session: Session, *, after: UUID | None, limit: int, uploaded_since: datetime | None = None
) -> list[StatementView]:
    """The latest uploaded first."""
    query = select(BankStatement).order_by(BankStatement.id.desc()).limit(limit)
    if uploaded_since is not None:
        query = query.where(BankStatement.uploaded_at >= uploaded_since)
    if after is not None:
        query = query.where(BankStatement.id < after)
    return [statement_view(each) for each in session.scalars(query)]


def get_statement(session: Session, statement_id: UUID) -> StatementView:
    found = session.get(BankStatement, statement_id)
    if found is None:
        raise BankStatementNotFound
    return statement_view(found)


def list_lines(session: Session, wanted: LineFilter, *, after: LineKey | None, limit: int) -> list[LineView]:
    """The latest first."""
    suggested = suggestions(session)
    query = select(BankLine).order_by(BankLine.booked_on.desc(), BankLine.id.desc()).limit(limit)
    if wanted.statement_id is not None:
        query = query.where(BankLine.statement_id == wanted.statement_id)
    if wanted.updated_since is not None:
        query = query.where(BankLine.updated_at >= wanted.updated_since)
    if wanted.status is LineStatus.MATCHED:
        query = query.where(BankLine.payout_id.is_not(None))
    elif wanted.status is LineStatus.SUGGESTED:
        query = query.where(BankLine.id.in_(list(suggested)))
    elif wanted.status is LineStatus.UNMATCHED:
        query = query.where(BankLine.payout_id.is_(None), BankLine.id.not_in(list(suggested)))
    if after is not None:
        day, last = after
        query = query.where(or_(BankLine.booked_on < day, and_(BankLine.booked_on == day, BankLine.id < last)))
    return [_line_view(each, suggested.get(each.id, ())) for each in session.scalars(query)]


def list_lines_like(session: Session, amount: Money, near: date, *, limit: int) -> list[LineView]:
    """Lines of exactly this amount that are no payout yet, the nearest to the day first."""
    query = select(BankLine).where(
        BankLine.amount_minor == amount.amount_minor,
        BankLine.currency == amount.currency,
        BankLine.payout_id.is_(None),
    )
    after = query.where(BankLine.booked_on >= near).order_by(BankLine.booked_on, BankLine.id).limit(limit)
    before = query.where(BankLine.booked_on < near).order_by(BankLine.booked_on.desc(), BankLine.id).limit(limit)
    found = [*session.scalars(after), *session.scalars(before)]
    return [_line_view(each, ()) for each in sorted(found, key=lambda line: abs(line.booked_on - near))[:limit]]


def find_line_of(session: Session, payout_id: str, *, is_return: bool = False) -> LineView | None:
    """The line that brought this payout, or the one that sent it back."""
    query = select(BankLine).where(BankLine.payout_id == payout_id, BankLine.is_return == is_return)
    found = session.scalars(query).one_or_none()
    return _line_view(found, ()) if found else None


def count_lines(session: Session, statement_id: UUID) -> dict[LineStatus, int]:
    """How the lines that a statement brought stand."""
    mine = BankLine.statement_id == statement_id
    total = session.scalar(select(func.count()).where(mine)) or 0
    matched = session.scalar(select(func.count()).where(mine, BankLine.payout_id.is_not(None))) or 0
    suggested = session.scalar(select(func.count()).where(mine, BankLine.id.in_(list(suggestions(session))))) or 0
    return {
        LineStatus.MATCHED: matched,
        LineStatus.SUGGESTED: suggested,
        LineStatus.UNMATCHED: total - matched - suggested,
    }


def get_line(session: Session, line_id: UUID) -> LineView:
    found = session.get(BankLine, line_id)
    if found is None:
        raise BankLineNotFound
    return _line_view(found, suggestions(session).get(line_id, ()))


def statement_view(statement: BankStatement) -> StatementView:
    return StatementView(
        id=statement.id,
        format=statement.format,
        account=statement.account_label,
        currency=statement.currency,
        from_on=statement.from_on,
        until_on=statement.until_on,
        lines=statement.lines_read,
        known=statement.lines_known,
        uploaded_at=statement.uploaded_at,
        uploaded_by=statement.uploaded_by,
    )


def _line_view(line: BankLine, candidates: tuple[str, ...]) -> LineView:
    unsettled = LineStatus.SUGGESTED if candidates else LineStatus.UNMATCHED
    return LineView(
        id=line.id,
        statement_id=line.statement_id,
        booked_on=line.booked_on,
        amount=Money(line.amount_minor, line.currency),
        description=line.description,
        reference=line.reference,
        status=LineStatus.MATCHED if line.payout_id is not None else unsettled,
        payout_id=line.payout_id,
        is_return=line.is_return,
        matched_by=line.matched_by,
        matched_at=line.matched_at,
        candidates=candidates,
    )
