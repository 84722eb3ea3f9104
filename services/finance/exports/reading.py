"""What is exported, read in order and a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from services.finance.models import BalanceTransaction, Payout
from services.finance.wording import what_happened
from services.ids import Prefix, to_public
from services.ledger.chart import AccountKey, ChartAccount
from services.ledger.models import JournalEntry, JournalLine
from services.mail.formats import major
from services.money import Money

READ_AT_ONCE = 1000
STREAMED = {"yield_per": READ_AT_ONCE}
"""A cursor on the server's side, which both databases read on from as they are asked."""


@dataclass(frozen=True)
class Period:
    """Days, UTC, both included."""

    from_on: date
    until_on: date

    @property
    def begins_at(self) -> datetime:
        return datetime.combine(self.from_on, time.min, UTC)

    @property
    def ends_before(self) -> datetime:
        return datetime.combine(self.until_on + timedelta(days=1), time.min, UTC)


@dataclass(frozen=True)
class Position:
    """How far an export has come: when the last record was, and its id."""

    at: str
    id: str


@dataclass(frozen=True)
class About:
    """What something is about: ids and codes, never a name."""

    booking: str | None
    learning_set: str | None
    nominal_code: str | None
    cost_centre: str | None
    vat_code: str | None


@dataclass(frozen=True)
class ExportedTransaction:
    """A balance transaction at Stripe; amounts in major units."""

    id: str
    created_at: datetime
    available_on: date
    category: str
    gross: Decimal
    fee: Decimal
    net: Decimal
    currency: str
    source: str | None
    payout: str | None
    payout_arrival_on: date | None
    about: About
    vat: Decimal
    """In the gross, by our own entry for it."""

    @property
    def position(self) -> Position:
        return Position(self.created_at.isoformat(), self.id)


@dataclass(frozen=True)
class ExportedLine:
    """A line of the journal; a debit in major units, negative for a credit."""

    account: AccountKey
    amount: Decimal
    currency: str
    about: About

    def code_in(self, chart: Mapping[AccountKey, ChartAccount]) -> str:
        """The account's; of income the price's own nominal code, where it has one."""
        own = self.about.nominal_code if self.account is AccountKey.INCOME else None
        return own or chart[self.account].code


@dataclass(frozen=True)
class ExportedEntry:
    """An entry of the journal with its lines; `says` is what happened, in words of ours and ids."""

    id: UUID
    effective_on: date
    says: str
    lines: tuple[ExportedLine, ...]

    @property
    def reference(self) -> str:
        return to_public(Prefix.ENTRY, self.id)

    @property
    def position(self) -> Position:
        return Position(self.effective_on.isoformat(), self.id.hex)


def read_transactions(
    session: Session, period: Period, currency: str | None = None, after: Position | None = None
) -> Iterator[ExportedTransaction]:
    """Balance transactions made on these days, in their order; of one currency, where it is given."""
    made = BalanceTransaction.created_at
    query = _TRANSACTIONS.where(made >= period.begins_at, made < period.ends_before)
    if currency is not None:
        query = query.where(BalanceTransaction.currency == currency)
    if after is not None:
        at = datetime.fromisoformat(after.at)
        query = query.where(or_(made > at, and_(made == at, BalanceTransaction.id > after.id)))
    with session.execute(query, execution_options=STREAMED) as rows:
        yield from map(_transaction, rows)


def read_entries(
    session: Session, period: Period, currency: str | None, after: Position | None = None
) -> Iterator[ExportedEntry]:
    """Entries effective on these days; of one currency, where it is given."""
    query = _ENTRIES.where(JournalEntry.effective_on.between(period.from_on, period.until_on))
    if currency is not None:
        query = query.where(JournalLine.currency == currency)
    if after is not None:
        day, last = date.fromisoformat(after.at), UUID(after.id)
        later = and_(JournalEntry.effective_on == day, JournalEntry.id > last)
        query = query.where(or_(JournalEntry.effective_on > day, later))
    with session.execute(query, execution_options=STREAMED) as rows:
        for entry_id, lines in groupby(rows, key=lambda row: row.id):
            yield _entry(entry_id, list(lines))


_FIRST = aliased(JournalLine)
"""The line that says what an entry is about: what a payment is about stands on each of its lines."""
_VAT = (
    select(-func.sum(JournalLine.amount_minor))
    .where(JournalLine.entry_id == BalanceTransaction.entry_id, JournalLine.account == AccountKey.VAT_OUTPUT)
    .scalar_subquery()
)
_TRANSACTIONS = (
    select(
        BalanceTransaction.id,
        BalanceTransaction.created_at,
        BalanceTransaction.available_on,
        BalanceTransaction.reporting_category,
        BalanceTransaction.gross_minor,
        BalanceTransaction.fee_minor,
        BalanceTransaction.net_minor,
        BalanceTransaction.currency,
        BalanceTransaction.source_id,
        BalanceTransaction.payout_id,
        Payout.arrival_on,
        _FIRST.booking_id,
        _FIRST.learning_set_id,
        _FIRST.nominal_code,
        _FIRST.cost_centre,
        _FIRST.vat_code,
        func.coalesce(_VAT, 0).label("vat_minor"),
    )
    .outerjoin(Payout, Payout.id == BalanceTransaction.payout_id)
    .outerjoin(_FIRST, and_(_FIRST.entry_id == BalanceTransaction.entry_id, _FIRST.position == 1))
    .order_by(BalanceTransaction.created_at, BalanceTransaction.id)
)
_ENTRIES = (
    select(
        JournalEntry.id,
        JournalEntry.effective_on,
        JournalEntry.source_type,
        JournalEntry.source_id,
        JournalEntry.leg,
        JournalLine.account,
        JournalLine.amount_minor,
        JournalLine.currency,
        JournalLine.booking_id,
        JournalLine.learning_set_id,
        JournalLine.nominal_code,
        JournalLine.cost_centre,
        JournalLine.vat_code,
    )
    .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
    .order_by(JournalEntry.effective_on, JournalEntry.id, JournalLine.position)
)


def _transaction(row: Any) -> ExportedTransaction:
    def money(amount_minor: int) -> Decimal:
        return major(Money(int(amount_minor), row.currency))

    return ExportedTransaction(
        id=row.id,
        created_at=row.created_at,
        available_on=row.available_on,
        category=row.reporting_category,
        gross=money(row.gross_minor),
        fee=money(row.fee_minor),
        net=money(row.net_minor),
        currency=row.currency,
        source=row.source_id,
        payout=row.payout_id,
        payout_arrival_on=row.arrival_on,
        about=_about(row),
        vat=money(row.vat_minor),
    )


def _entry(entry_id: UUID, rows: list[Any]) -> ExportedEntry:
    first = rows[0]
    return ExportedEntry(
        id=entry_id,
        effective_on=first.effective_on,
        says=f"{what_happened(first.source_type, first.leg)} {first.source_id}",
        lines=tuple(
            ExportedLine(row.account, major(Money(row.amount_minor, row.currency)), row.currency, _about(row))
            for row in rows
        ),
    )


def _about(row: Any) -> About:
    return About(
        booking=None if row.booking_id is None else to_public(Prefix.BOOKING, row.booking_id),
        learning_set=None if row.learning_set_id is None else to_public(Prefix.SET, row.learning_set_id),
        nominal_code=row.nominal_code,
        cost_centre=row.cost_centre,
        vat_code=row.vat_code,
    )
