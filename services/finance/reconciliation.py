"""Our journal against Stripe's balance and the bank: what agrees is linked, what does not is a discrepancy.

A pass looks at what is open alone, so it may run after every import and every statement; whatever has come to agree
meanwhile is closed by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from services.clock import Clock
from services.database import Database
from services.effects.kinds import EffectKind
from services.effects.models import Effect, EffectStatus
from services.effects.queue import queue
from services.finance import discrepancies
from services.finance.arrivals import forget_missing, list_not_at_bank, list_not_returned
from services.finance.counterparts import FROM_JOURNEYS, cleared_by, find_counterpart, is_unposted, link_entry, settling
from services.finance.discrepancies import Found
from services.finance.imports import finish_import
from services.finance.matching import match_lines
from services.finance.models import BalanceTransaction, Discrepancy, ImportPlace, Payout
from services.finance.payouts import STREAM
from services.finance.words import Clearing, DiscrepancyKind
from services.ledger.chart import AccountKey
from services.ledger.models import JournalEntry, JournalLine

IN_FLIGHT = (EffectStatus.NEW, EffectStatus.RELAYED)
MARGIN = timedelta(minutes=1)
"""A posting this close to the import's start may have been made after the page was read."""
LOOKED_BACK = timedelta(days=35)
"""What is older and was not found wanting in its time is not looked at again by every pass; `setlist check` does."""
WAITED_FOR = timedelta(minutes=2)
"""How long after its import a transaction may be without an entry because a journey is about to post it."""
PAUSE = timedelta(seconds=1)
ACTOR = "worker:reconcile"


@dataclass(frozen=True)
class Outcome:
    """What a pass came to; while journeys still work on what the import met, it is too early to say more."""

    waiting: int
    opened: int


def reconcile(session: Session, *, now: datetime) -> Outcome:
    """Link what belongs together, open what does not agree, close what has come to agree; one pass at a time."""
    discrepancies.take_turns(session)
    match_lines(session, now=now)
    forget_missing(session, actor=ACTOR, now=now)
    found: list[Found] = []
    waiting = 0
    for transaction in _without_counterpart(session):
        entry_id = find_counterpart(session, transaction)
        if entry_id is not None:
            link_entry(session, transaction, entry_id, actor=ACTOR, now=now)
            found += _differing(session, transaction, entry_id)
        elif transaction.entry_id is not None:
            continue  # in suspense, and to stay there
        elif _is_in_flight(session, transaction, now):
            waiting += 1
        else:
            found.append(Found.of_transaction(DiscrepancyKind.MISSING_HERE, transaction, transaction.gross_minor))
    session.flush()
    found += [*_missing_at_stripe(session), *_short_lists(session, now)]
    found += [*list_not_at_bank(session), *list_not_returned(session)]
    opened = sum(discrepancies.open_discrepancy(session, each, now=now) for each in found)
    _close_resolved(session, {each.key for each in found}, now)
    return Outcome(waiting, opened)


def reconcile_after_import(database: Database, clock: Clock, subject: str) -> None:
    """A pass after an import, `{import}:{attempt}`; the import is done once no journey works on what it met."""
    run_id, _, attempt = subject.partition(":")
    now = clock.now()
    with database.writing() as session:
        outcome = reconcile(session, now=now)
        if outcome.waiting:
            again = f"{run_id}:{int(attempt) + 1}"
            queue(session, EffectKind.RECONCILE, again, now=now, due_at=now + PAUSE)
            return
        finish_import(session, UUID(run_id), now=now)


def unimported_entries(session: Session, *conditions: ColumnElement[bool]) -> Sequence[tuple[UUID, int, str]]:
    """Postings of journeys that no balance transaction tells of yet: entry, amount in the clearing account, currency.

    What staff have cleared is left out.
    """
    linked = select(BalanceTransaction.id).where(BalanceTransaction.entry_id == JournalEntry.id)
    cleared = select(Discrepancy.id).where(Discrepancy.entry_id == JournalEntry.id, discrepancies.is_cleared_by_staff())
    query = (
        select(JournalEntry.id, func.sum(JournalLine.amount_minor), JournalLine.currency)
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(
            JournalEntry.source_type.in_(FROM_JOURNEYS),
            *conditions,
            JournalLine.account == AccountKey.STRIPE_CLEARING,
            ~linked.exists(),
            ~cleared.exists(),
        )
        .group_by(JournalEntry.id, JournalLine.currency)
        .having(func.sum(JournalLine.amount_minor) != 0)
    )
    return [(row[0], int(row[1]), row[2]) for row in session.execute(query)]


def _differing(session: Session, transaction: BalanceTransaction, entry_id: UUID) -> Iterable[Found]:
    difference = transaction.gross_minor - cleared_by(session, entry_id, transaction.currency)
    if difference:
        yield Found.of_transaction(DiscrepancyKind.AMOUNT_DIFFERS, transaction, difference)


def _without_counterpart(session: Session) -> list[BalanceTransaction]:
    """Transactions that our journal does not know, and those that staff posted to suspense because it did not."""
    unmatched = select(BalanceTransaction).where(is_unposted()).order_by(BalanceTransaction.created_at)
    in_suspense = (
        select(BalanceTransaction)
        .join(Discrepancy, Discrepancy.balance_transaction_id == BalanceTransaction.id)
        .where(Discrepancy.kind == DiscrepancyKind.MISSING_HERE, Discrepancy.cleared_by == Clearing.POSTED_TO_SUSPENSE)
    )
    return [*session.scalars(unmatched), *session.scalars(in_suspense)]


def _is_in_flight(session: Session, transaction: BalanceTransaction, now: datetime) -> bool:
    asked = settling(transaction)
    if asked is None or transaction.imported_at <= now - WAITED_FOR:
        return False
    kind, subject = asked
    effect = session.get(Effect, f"{kind}:{subject}")
    return effect is not None and effect.status in IN_FLIGHT


def _missing_at_stripe(session: Session) -> Iterable[Found]:
    complete_until = session.scalar(select(ImportPlace.complete_until).where(ImportPlace.stream == STREAM))
    if complete_until is None:
        return
    open_ids = select(Discrepancy.entry_id).where(Discrepancy.entry_id.is_not(None), Discrepancy.closed_at.is_(None))
    recent, was_open = JournalEntry.posted_at > complete_until - LOOKED_BACK, JournalEntry.id.in_(open_ids)
    late = JournalEntry.posted_at < complete_until - MARGIN
    # Two looks, each by an index: as one, with an "or", it would read the whole journal.
    found = {row for look in (recent, was_open) for row in unimported_entries(session, look, late)}
    for entry_id, amount, currency in sorted(found):
        yield Found.of_entry(session.get_one(JournalEntry, entry_id), amount, currency)


def _short_lists(session: Session, now: datetime) -> Iterable[Found]:
    """Automatic payouts that are not the sum of the transactions that Stripe lists for them (I6)."""
    own = BalanceTransaction.source_id == Payout.id
    listed = and_(BalanceTransaction.payout_id == Payout.id, ~func.coalesce(own, False))
    total = func.coalesce(func.sum(BalanceTransaction.net_minor), 0)
    query = (
        select(Payout, total)
        .outerjoin(BalanceTransaction, listed)
        .where(
            Payout.is_automatic,
            (Payout.lines_listed_at > now - LOOKED_BACK) | _open_ones(Discrepancy.payout_id == Payout.id),
        )
        .group_by(Payout.id)
        .having(total != Payout.amount_minor)
    )
    for payout, net in session.execute(query):
        yield Found.of_payout(DiscrepancyKind.AMOUNT_DIFFERS, payout, payout.amount_minor - int(net))


def _open_ones(about: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(Discrepancy.id).where(about, Discrepancy.closed_at.is_(None)).exists()


def _close_resolved(session: Session, still_there: set[tuple[DiscrepancyKind, str]], now: datetime) -> None:
    """Close what was open and is not found any more; a difference between amounts is looked at anew."""
    resolvable = select(Discrepancy).where(
        Discrepancy.closed_at.is_(None), Discrepancy.kind != DiscrepancyKind.UNKNOWN_SOURCE
    )
    for discrepancy in session.scalars(resolvable).all():
        if (discrepancy.kind, discrepancy.subject) in still_there or _still_differs(session, discrepancy):
            continue
        discrepancies.close(session, discrepancy, Clearing.RESOLVED, by=ACTOR, reason=None, now=now)


def _still_differs(session: Session, discrepancy: Discrepancy) -> bool:
    """Whether an amount that differed still does: a linked transaction is not among what a pass looks at."""
    if discrepancy.kind is not DiscrepancyKind.AMOUNT_DIFFERS or discrepancy.balance_transaction_id is None:
        return False
    transaction = session.get_one(BalanceTransaction, discrepancy.balance_transaction_id)
    return transaction.entry_id is not None and any(_differing(session, transaction, transaction.entry_id))
