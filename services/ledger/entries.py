"""The journal as finance reads it: entries with their lines, the latest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from services.ledger.accounts import list_accounts
from services.ledger.chart import AccountKey, ChartAccount
from services.ledger.models import JournalEntry, JournalLine
from services.ledger.words import SourceType
from services.money import Money


@dataclass(frozen=True)
class LineView:
    """A line: positive is a debit."""

    account: ChartAccount
    amount: Money
    booking_id: UUID | None
    learning_set_id: UUID | None
    payment_id: UUID | None
    nominal_code: str | None
    cost_centre: str | None
    vat_code: str | None


@dataclass(frozen=True)
class EntryView:
    """An entry with its lines."""

    id: UUID
    source_type: SourceType
    source_id: str
    leg: str
    effective_on: date
    posted_at: datetime
    actor: str
    reason: str
    reverses_id: UUID | None
    lines: list[LineView]


@dataclass(frozen=True)
class EntryFilter:
    """Which entries to list."""

    since: date | None = None
    until: date | None = None
    account: AccountKey | None = None
    source_id: str | None = None
    booking_id: UUID | None = None
    posted_since: datetime | None = None


def list_entries(session: Session, wanted: EntryFilter, *, after: UUID | None, limit: int) -> list[EntryView]:
    """The latest posted first."""
    query = select(JournalEntry).where(*_conditions(wanted)).order_by(JournalEntry.id.desc()).limit(limit)
    if after is not None:
        query = query.where(JournalEntry.id < after)
    return _with_lines(session, session.scalars(query).all())


def find_entry_view(session: Session, entry_id: UUID) -> EntryView | None:
    entry = session.get(JournalEntry, entry_id)
    return _with_lines(session, [entry])[0] if entry else None


def _with_lines(session: Session, entries: Sequence[JournalEntry]) -> list[EntryView]:
    lines = session.scalars(
        select(JournalLine)
        .where(JournalLine.entry_id.in_([entry.id for entry in entries]))
        .order_by(JournalLine.entry_id, JournalLine.position)
    ).all()
    accounts = list_accounts(session)
    by_entry: dict[UUID, list[LineView]] = {}
    for line in lines:
        by_entry.setdefault(line.entry_id, []).append(_line(line, accounts[line.account]))
    return [_entry(entry, by_entry.get(entry.id, [])) for entry in entries]


def _conditions(wanted: EntryFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        found.append(JournalEntry.effective_on >= wanted.since)
    if wanted.until is not None:
        found.append(JournalEntry.effective_on <= wanted.until)
    if wanted.source_id is not None:
        found.append(JournalEntry.source_id == wanted.source_id)
    if wanted.posted_since is not None:
        found.append(JournalEntry.posted_at >= wanted.posted_since)
    of_entry = select(JournalLine.id).where(JournalLine.entry_id == JournalEntry.id)
    if wanted.account is not None:
        found.append(of_entry.where(JournalLine.account == wanted.account).exists())
    if wanted.booking_id is not None:
        found.append(of_entry.where(JournalLine.booking_id == wanted.booking_id).exists())
    return found


def _line(line: JournalLine, account: ChartAccount) -> LineView:
    return LineView(
        account=account,
        amount=Money(line.amount_minor, line.currency),
        booking_id=line.booking_id,
        learning_set_id=line.learning_set_id,
        payment_id=line.payment_id,
        nominal_code=line.nominal_code,
        cost_centre=line.cost_centre,
        vat_code=line.vat_code,
    )


def _entry(entry: JournalEntry, lines: list[LineView]) -> EntryView:
    return EntryView(
        id=entry.id,
        source_type=entry.source_type,
        source_id=entry.source_id,
        leg=entry.leg,
        effective_on=entry.effective_on,
        posted_at=entry.posted_at,
        actor=entry.actor,
        reason=entry.reason,
        reverses_id=entry.reverses_id,
        lines=lines,
    )
