"""The actions that clear a discrepancy: post it to suspense, link what belongs together, import again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.effects.queue import queue
from services.finance.counterparts import FROM_JOURNEYS, JOURNEYS, cleared_by, differences, is_told_of, link_entry
from services.finance.discrepancies import (
    OTHER_SIDE,
    DiscrepancyView,
    Found,
    close,
    open_discrepancy,
    take_turns,
    view,
)
from services.finance.errors import ActionNotPossible, DiscrepancyClosed, DiscrepancyNotFound, LinkTargetUnknown
from services.finance.imports import request_import
from services.finance.matching import has_line
from services.finance.models import BalanceTransaction, Discrepancy, Payout
from services.finance.overtaken import suspense_source
from services.finance.words import Clearing, DiscrepancyAction, DiscrepancyKind
from services.ids import Prefix, find_uuid, to_public
from services.ledger.chart import AccountKey
from services.ledger.journal import Entry, Line, post
from services.ledger.models import JournalEntry
from services.money import Money


@dataclass(frozen=True)
class Decision:
    """What a person decided about a discrepancy, and why."""

    action: DiscrepancyAction
    reason: str
    by: str
    target: str | None = None
    """For a link: our entry's id, or Stripe's of the balance transaction."""


def clear(session: Session, discrepancy_id: UUID, decision: Decision, *, now: datetime) -> DiscrepancyView:
    """Carry the decision out.

    Raises DiscrepancyNotFound, DiscrepancyClosed, ActionNotPossible, LinkTargetUnknown.
    """
    take_turns(session)
    discrepancy = session.get(Discrepancy, discrepancy_id, with_for_update=True)
    if discrepancy is None:
        raise DiscrepancyNotFound
    if discrepancy.closed_at is not None:
        raise DiscrepancyClosed
    if decision.action not in view(discrepancy).actions:
        raise ActionNotPossible
    if decision.action is DiscrepancyAction.IMPORT_AGAIN:
        _import_again(session, discrepancy, decision, now)
        return view(discrepancy)
    if decision.action is DiscrepancyAction.LINK:
        _link(session, discrepancy, decision, now)
        outcome = Clearing.LINKED
    else:
        _post_to_suspense(session, discrepancy, decision, now)
        outcome = Clearing.POSTED_TO_SUSPENSE
    close(session, discrepancy, outcome, by=decision.by, reason=decision.reason, now=now)
    return view(discrepancy)


def _import_again(session: Session, discrepancy: Discrepancy, decision: Decision, now: datetime) -> None:
    """Read everything at Stripe again, and have the journey that knows the source look once more."""
    run = request_import(session, requested_by=decision.by, starts_over=True, now=now)
    if discrepancy.balance_transaction_id is None:
        return
    transaction = session.get_one(BalanceTransaction, discrepancy.balance_transaction_id)
    kind = JOURNEYS.get(transaction.reporting_category)
    if kind is not None and transaction.source_id is not None:
        queue(session, kind, f"{transaction.source_id}:{transaction.id}:{run.id}", now=now)


def _post_to_suspense(session: Session, discrepancy: Discrepancy, decision: Decision, now: datetime) -> None:
    """Make our side agree with the other, against suspense; what is in suspense already stays there, explained."""
    if discrepancy.kind is DiscrepancyKind.UNKNOWN_SOURCE:
        return
    account, amounts = _short_side(session, discrepancy)
    entry_id = post(
        session,
        Entry(
            source=suspense_source(discrepancy),
            effective_on=discrepancy.occurred_on,
            lines=tuple(
                line for amount in amounts for line in (Line(account, amount), Line(AccountKey.SUSPENSE, amount * -1))
            ),
            actor=decision.by,
            reason=decision.reason,
        ),
        now=now,
    )
    if discrepancy.kind is DiscrepancyKind.MISSING_HERE:
        session.get_one(BalanceTransaction, discrepancy.balance_transaction_id).entry_id = entry_id


def _short_side(session: Session, discrepancy: Discrepancy) -> tuple[AccountKey, Sequence[Money]]:
    """Which account of ours is wrong, and by how much it must move, in each currency."""
    if discrepancy.kind is DiscrepancyKind.NOT_AT_BANK:
        payout = session.get_one(Payout, discrepancy.payout_id)
        was_at_bank = has_line(session, payout.id)  # then it is the way back on which it was lost
        amount = Money(payout.amount_minor, payout.currency)
        return AccountKey.PAYOUTS_IN_TRANSIT, [amount if was_at_bank else amount * -1]
    clearing = AccountKey.STRIPE_CLEARING
    if discrepancy.kind is DiscrepancyKind.MISSING_AT_STRIPE and discrepancy.entry_id is not None:
        moved = cleared_by(session, discrepancy.entry_id, discrepancy.currency)
        return clearing, [Money(-moved, discrepancy.currency)]
    transaction = session.get_one(BalanceTransaction, discrepancy.balance_transaction_id)
    return clearing, differences(session, transaction)


def _link(session: Session, discrepancy: Discrepancy, decision: Decision, now: datetime) -> None:
    """Say that a balance transaction and an entry of ours are the same; what their amounts differ by stays open."""
    if discrepancy.kind is DiscrepancyKind.MISSING_HERE:
        transaction = session.get_one(BalanceTransaction, discrepancy.balance_transaction_id)
        entry_id = find_uuid(Prefix.ENTRY, decision.target or "")
    else:
        found = session.get(BalanceTransaction, decision.target or "")
        if found is None:
            raise LinkTargetUnknown
        transaction, entry_id = found, discrepancy.entry_id
    if transaction.entry_id is not None or entry_id is None or not _is_free(session, entry_id, transaction.currency):
        raise LinkTargetUnknown
    link_entry(session, transaction, entry_id, actor=decision.by, now=now)
    _close_other_side(session, discrepancy, (transaction.id, to_public(Prefix.ENTRY, entry_id)), decision, now)
    difference = transaction.gross_minor - cleared_by(session, entry_id, transaction.currency)
    if difference:
        differs = Found.of_transaction(DiscrepancyKind.AMOUNT_DIFFERS, transaction, difference)
        open_discrepancy(session, differs, now=now)


def _close_other_side(
    session: Session, discrepancy: Discrepancy, subjects: tuple[str, str], decision: Decision, now: datetime
) -> None:
    """The same link explains what the other side missed."""
    other = select(Discrepancy).where(
        Discrepancy.kind == OTHER_SIDE[discrepancy.kind],
        Discrepancy.subject.in_(subjects),
        Discrepancy.closed_at.is_(None),
    )
    for each in session.scalars(other.with_for_update()).all():
        close(session, each, Clearing.LINKED, by=decision.by, reason=decision.reason, now=now)


def _is_free(session: Session, entry_id: UUID, currency: str) -> bool:
    """Whether a journey's entry moved the clearing account and no balance transaction tells of it."""
    entry = session.get(JournalEntry, entry_id)
    if entry is None or entry.source_type not in FROM_JOURNEYS or is_told_of(session, entry_id):
        return False
    return cleared_by(session, entry_id, currency) != 0
