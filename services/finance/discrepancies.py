"""Discrepancies: opened once, shown with the actions that clear them, closed with who, how and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from services.attention.items import open_item
from services.attention.words import AttentionKind
from services.audit.log import Change, record
from services.finance.calendar_month import Month
from services.finance.errors import DiscrepancyNotFound
from services.finance.models import BalanceTransaction, Discrepancy, ImportPlace, Payout
from services.finance.words import Clearing, DiscrepancyAction, DiscrepancyKind
from services.ids import Prefix, new_id, to_public
from services.ledger.models import JournalEntry
from services.money import Money

ACTIONS: dict[DiscrepancyKind, tuple[DiscrepancyAction, ...]] = {
    DiscrepancyKind.MISSING_HERE: tuple(DiscrepancyAction),
    DiscrepancyKind.MISSING_AT_STRIPE: tuple(DiscrepancyAction),
    DiscrepancyKind.AMOUNT_DIFFERS: (DiscrepancyAction.POST_TO_SUSPENSE, DiscrepancyAction.IMPORT_AGAIN),
    DiscrepancyKind.UNKNOWN_SOURCE: (DiscrepancyAction.POST_TO_SUSPENSE,),
    DiscrepancyKind.NOT_AT_BANK: (DiscrepancyAction.POST_TO_SUSPENSE, DiscrepancyAction.IMPORT_AGAIN),
}
"""What clears each kind; a payout that is not at the bank is linked by matching its bank line."""

OTHER_SIDE = {
    DiscrepancyKind.MISSING_HERE: DiscrepancyKind.MISSING_AT_STRIPE,
    DiscrepancyKind.MISSING_AT_STRIPE: DiscrepancyKind.MISSING_HERE,
}
"""What a link may bring together."""


@dataclass(frozen=True)
class Found:
    """A disagreement that a pass has come upon."""

    kind: DiscrepancyKind
    subject: str
    amount: Money
    occurred_on: date
    balance_transaction_id: str | None = None
    payout_id: str | None = None
    entry_id: UUID | None = None

    @property
    def key(self) -> tuple[DiscrepancyKind, str]:
        return self.kind, self.subject

    @classmethod
    def of_transaction(cls, kind: DiscrepancyKind, transaction: BalanceTransaction, amount_minor: int) -> Self:
        amount = Money(amount_minor, transaction.currency)
        day = transaction.created_at.date()
        return cls(kind, transaction.id, amount, day, balance_transaction_id=transaction.id)

    @classmethod
    def of_payout(cls, kind: DiscrepancyKind, payout: Payout, amount_minor: int) -> Self:
        return cls(kind, payout.id, Money(amount_minor, payout.currency), payout.arrival_on, payout_id=payout.id)

    @classmethod
    def of_entry(cls, entry: JournalEntry, amount_minor: int, currency: str) -> Self:
        subject = to_public(Prefix.ENTRY, entry.id)
        amount = Money(amount_minor, currency)
        return cls(DiscrepancyKind.MISSING_AT_STRIPE, subject, amount, entry.effective_on, entry_id=entry.id)


@dataclass(frozen=True)
class DiscrepancyView:
    """A discrepancy as finance sees it; `actions` clear it, none where it is closed."""

    id: UUID
    kind: DiscrepancyKind
    subject: str
    balance_transaction_id: str | None
    payout_id: str | None
    entry_id: UUID | None
    amount: Money
    occurred_on: date
    opened_at: datetime
    closed_at: datetime | None
    cleared_by: Clearing | None
    closed_by: str | None
    reason: str | None
    actions: tuple[DiscrepancyAction, ...]


@dataclass(frozen=True)
class DiscrepancyFilter:
    """Which discrepancies to list."""

    is_open: bool | None = None
    kind: DiscrepancyKind | None = None
    payout_id: str | None = None
    updated_since: datetime | None = None
    month: Month | None = None
    ids: Collection[UUID] | None = None


Key = tuple[date, UUID]


def take_turns(session: Session) -> None:
    """Have one pass, or one person's decision, at a time say what agrees; taken before any other lock."""
    session.execute(select(ImportPlace.stream).with_for_update())


def open_discrepancy(session: Session, found: Found, *, now: datetime) -> bool:
    """Open it, unless it is open; says whether it was new. Staff are told with it."""
    query = select(Discrepancy).where(
        Discrepancy.kind == found.kind, Discrepancy.subject == found.subject, Discrepancy.closed_at.is_(None)
    )
    known = session.scalars(query).one_or_none()
    if known is not None:
        known.amount_minor = abs(found.amount.amount_minor)
        return False
    discrepancy = Discrepancy(
        id=new_id(),
        kind=found.kind,
        subject=found.subject,
        balance_transaction_id=found.balance_transaction_id,
        payout_id=found.payout_id,
        entry_id=found.entry_id,
        amount_minor=abs(found.amount.amount_minor),
        currency=found.amount.currency,
        occurred_on=found.occurred_on,
        opened_at=now,
    )
    session.add(discrepancy)
    session.flush()
    open_item(session, AttentionKind.MONEY_UNEXPLAINED, to_public(Prefix.DISCREPANCY, discrepancy.id), now=now)
    return True


def close(
    session: Session, discrepancy: Discrepancy, cleared_by: Clearing, *, by: str, reason: str | None, now: datetime
) -> None:
    """Close it, with its audit row."""
    discrepancy.closed_at, discrepancy.closed_by = now, by
    discrepancy.cleared_by, discrepancy.reason = cleared_by, reason
    session.flush()
    facts = {"kind": discrepancy.kind.value, "cleared_by": cleared_by.value}
    record(session, Change(by, "discrepancy.closed", "discrepancy", discrepancy.id, facts), at=now)


def is_cleared_by_staff() -> ColumnElement[bool]:
    """Of discrepancies that a person cleared: what they are about is explained for good."""
    return Discrepancy.cleared_by.in_((Clearing.POSTED_TO_SUSPENSE, Clearing.LINKED))


def get_discrepancy(session: Session, discrepancy_id: UUID) -> DiscrepancyView:
    found = session.get(Discrepancy, discrepancy_id)
    if found is None:
        raise DiscrepancyNotFound
    return view(found)


def list_discrepancies(
    session: Session, wanted: DiscrepancyFilter, *, after: Key | None, limit: int
) -> list[DiscrepancyView]:
    """The latest first."""
    query = select(Discrepancy).order_by(Discrepancy.occurred_on.desc(), Discrepancy.id.desc()).limit(limit)
    if wanted.is_open is not None:
        is_open = Discrepancy.closed_at.is_(None)
        query = query.where(is_open if wanted.is_open else ~is_open)
    if wanted.kind is not None:
        query = query.where(Discrepancy.kind == wanted.kind)
    if wanted.payout_id is not None:
        query = query.where(Discrepancy.payout_id == wanted.payout_id)
    if wanted.month is not None:
        query = query.where(Discrepancy.occurred_on.between(wanted.month.first, wanted.month.last))
    if wanted.ids is not None:
        query = query.where(Discrepancy.id.in_(wanted.ids))
    if wanted.updated_since is not None:
        since = wanted.updated_since
        query = query.where(or_(Discrepancy.opened_at >= since, Discrepancy.closed_at >= since))
    if after is not None:
        day, last = after
        query = query.where(
            or_(Discrepancy.occurred_on < day, and_(Discrepancy.occurred_on == day, Discrepancy.id < last))
        )
    return [view(found) for found in session.scalars(query)]


def list_link_targets(session: Session, one: DiscrepancyView, *, limit: int) -> list[DiscrepancyView]:
    """Open ones of the other side with which it may belong together, the nearest amounts first."""
    other = OTHER_SIDE.get(one.kind)
    query = (
        select(Discrepancy)
        .where(Discrepancy.kind == other, Discrepancy.currency == one.amount.currency, Discrepancy.closed_at.is_(None))
        .order_by(func.abs(Discrepancy.amount_minor - one.amount.amount_minor), Discrepancy.occurred_on, Discrepancy.id)
        .limit(limit)
    )
    return [view(found) for found in session.scalars(query)] if other else []


def view(discrepancy: Discrepancy) -> DiscrepancyView:
    is_about_list = discrepancy.kind is DiscrepancyKind.AMOUNT_DIFFERS and discrepancy.payout_id is not None
    actions = (DiscrepancyAction.IMPORT_AGAIN,) if is_about_list else ACTIONS[discrepancy.kind]
    return DiscrepancyView(
        id=discrepancy.id,
        kind=discrepancy.kind,
        subject=discrepancy.subject,
        balance_transaction_id=discrepancy.balance_transaction_id,
        payout_id=discrepancy.payout_id,
        entry_id=discrepancy.entry_id,
        amount=Money(discrepancy.amount_minor, discrepancy.currency),
        occurred_on=discrepancy.occurred_on,
        opened_at=discrepancy.opened_at,
        closed_at=discrepancy.closed_at,
        cleared_by=discrepancy.cleared_by,
        closed_by=discrepancy.closed_by,
        reason=discrepancy.reason,
        actions=() if discrepancy.closed_at else actions,
    )
