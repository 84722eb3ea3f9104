"""Posting to the journal: each entry once, balanced, and never changed afterwards."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from services.database.writes import insert_once
from services.ids import new_id
from services.ledger.chart import AccountKey
from services.ledger.models import JournalEntry, JournalLine
from services.ledger.words import SourceType
from services.money import Money

REVERSED = "reversed:"
"""Begins the leg of an entry that takes another one back."""


@dataclass(frozen=True)
class Dimensions:
    """What a line is about, as far as it is known."""

    booking_id: UUID | None = None
    learning_set_id: UUID | None = None
    payment_id: UUID | None = None
    nominal_code: str | None = None
    cost_centre: str | None = None
    vat_code: str | None = None


NO_DIMENSIONS = Dimensions()


@dataclass(frozen=True)
class Line:
    """An amount in an account: positive is a debit, negative a credit."""

    account: AccountKey
    amount: Money
    about: Dimensions = NO_DIMENSIONS


@dataclass(frozen=True)
class Source:
    """What an entry comes from; the same source and leg are posted once."""

    type: SourceType
    id: str
    leg: str


@dataclass(frozen=True)
class Entry:
    """One thing that happened, with the lines that tell it; lines of nothing are left out."""

    source: Source
    effective_on: date
    lines: tuple[Line, ...]
    actor: str
    reason: str
    reverses_id: UUID | None = None


class Unbalanced(ValueError):
    """The lines of an entry do not sum to zero: a mistake of ours, which the database would refuse too."""


def post(session: Session, entry: Entry, *, now: datetime) -> UUID:
    """Write an entry, once: where its source's leg was posted before, that entry's id is answered."""
    known = find_entry(session, entry.source)
    if known is not None:
        return known
    lines = [line for line in entry.lines if line.amount.amount_minor]
    _require_balance(lines)
    entry_id = new_id()
    with session.begin_nested() as attempt:
        session.execute(insert(JournalLine), [_columns(entry, line, entry_id, at) for at, line in enumerate(lines, 1)])
        if _seal(session, entry, entry_id, now):
            return entry_id
        attempt.rollback()
    return get_entry(session, entry.source)


def reverse(session: Session, entry_id: UUID, *, on: date, actor: str, reason: str, now: datetime) -> UUID:
    """Take an entry back by its opposite, effective `on` that day; asked twice it is taken back once."""
    entry = read_entry(session, entry_id)
    source = replace(entry.source, leg=f"{REVERSED}{entry_id.hex[-12:]}")
    lines = tuple(replace(line, amount=line.amount * -1) for line in entry.lines)
    opposite = Entry(source, on, lines, actor, reason, reverses_id=entry_id)
    return post(session, opposite, now=now)


def find_entry(session: Session, source: Source) -> UUID | None:
    """The entry of this source and leg, if it was posted."""
    return session.scalar(
        select(JournalEntry.id).where(
            JournalEntry.source_type == source.type,
            JournalEntry.source_id == source.id,
            JournalEntry.leg == source.leg,
        )
    )


def get_entry(session: Session, source: Source) -> UUID:
    found = find_entry(session, source)
    if found is None:
        raise LookupError(f"{source} was never posted")
    return found


def read_entry(session: Session, entry_id: UUID) -> Entry:
    """An entry as it was posted."""
    entry = session.get_one(JournalEntry, entry_id)
    lines = session.scalars(
        select(JournalLine).where(JournalLine.entry_id == entry_id).order_by(JournalLine.position)
    ).all()
    return Entry(
        source=Source(entry.source_type, entry.source_id, entry.leg),
        effective_on=entry.effective_on,
        lines=tuple(Line(line.account, Money(line.amount_minor, line.currency), _about(line)) for line in lines),
        actor=entry.actor,
        reason=entry.reason,
        reverses_id=entry.reverses_id,
    )


def held_for(session: Session, payment_id: UUID) -> dict[AccountKey, int]:
    """What each account holds of a payment's money by now, in minor units; accounts at zero are left out."""
    total = func.sum(JournalLine.amount_minor)
    sums = (
        select(JournalLine.account, total)
        .where(JournalLine.payment_id == payment_id)
        .group_by(JournalLine.account)
        .having(total != 0)
    )
    return {account: int(amount) for account, amount in session.execute(sums)}


def held_from(session: Session, source: Source, accounts: Collection[AccountKey]) -> list[Money]:
    """What these accounts hold together of all that was posted from a source, whatever its leg; a sum a currency."""
    total = func.sum(JournalLine.amount_minor)
    sums = (
        select(JournalLine.currency, total)
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(
            JournalEntry.source_type == source.type,
            JournalEntry.source_id == source.id,
            JournalLine.account.in_(accounts),
        )
        .group_by(JournalLine.currency)
        .having(total != 0)
        .order_by(JournalLine.currency)
    )
    return [Money(int(amount), currency) for currency, amount in session.execute(sums)]


def _require_balance(lines: Iterable[Line]) -> None:
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.amount.currency] = sums.get(line.amount.currency, 0) + line.amount.amount_minor
    if not sums or any(sums.values()):
        raise Unbalanced(str(sums))


def _columns(entry: Entry, line: Line, entry_id: UUID, position: int) -> dict[str, object]:
    return {
        "id": new_id(),
        "entry_id": entry_id,
        "position": position,
        "account": line.account,
        "amount_minor": line.amount.amount_minor,
        "currency": line.amount.currency,
        "effective_on": entry.effective_on,
        **vars(line.about),
    }


def _seal(session: Session, entry: Entry, entry_id: UUID, now: datetime) -> bool:
    """Write the entry over its lines; False where somebody else posted the same in this moment."""
    return insert_once(
        session,
        JournalEntry,
        id=entry_id,
        source_type=entry.source.type,
        source_id=entry.source.id,
        leg=entry.source.leg,
        effective_on=entry.effective_on,
        posted_at=now,
        actor=entry.actor,
        reason=entry.reason,
        reverses_id=entry.reverses_id,
    )


def _about(line: JournalLine) -> Dimensions:
    return Dimensions(
        booking_id=line.booking_id,
        learning_set_id=line.learning_set_id,
        payment_id=line.payment_id,
        nominal_code=line.nominal_code,
        cost_centre=line.cost_centre,
        vat_code=line.vat_code,
    )
