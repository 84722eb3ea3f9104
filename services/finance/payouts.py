"""The import from Stripe: balance transactions page by page, and the payouts they lead to.

Each page is stored and posted in one transaction together with the place that was reached, so that a run which died
goes on where it stopped; what is stored already is left as it is, so that reading everything again changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from services.clock import Clock
from services.database import Database
from services.database.faults import fault_point
from services.database.writes import insert_once
from services.effects.kinds import EffectKind
from services.effects.queue import queue
from services.finance.arrivals import is_sent_back
from services.finance.counterparts import find_counterpart, settling
from services.finance.discrepancies import Found, open_discrepancy
from services.finance.imports import fail_import
from services.finance.models import BalanceTransaction, Discrepancy, ImportPlace, ImportRun, Payout
from services.finance.postings import PAYOUT, is_known, post_transaction
from services.finance.words import DiscrepancyKind, ImportStatus, PayoutStatus
from services.payments.errors import KeyNotAccepted, PaymentsRefused
from services.payments.gateway import PaymentGateway, PayoutState, TransactionPage, TransactionState

STREAM = "balance_transactions"
SETTLING_TIME = timedelta(minutes=10)
"""Transactions younger than this are read again by the next run: one may appear behind a newer one."""
LOOKED_BACK = timedelta(days=3)
"""How much the first run of a day reads again, for what appeared later than that."""
CAN_STILL_FAIL = timedelta(days=7)
UNDER_WAY = (PayoutStatus.PENDING, PayoutStatus.IN_TRANSIT)


@dataclass(frozen=True)
class Importer:
    """One run of the import."""

    database: Database
    gateway: PaymentGateway
    clock: Clock
    run_id: UUID

    def run(self) -> None:
        """Read all that is new at Stripe; what follows from it is queued, the comparison last.

        An outage raises PaymentsUnavailable, and the next attempt goes on from there; what Stripe refuses for good, our
        key included, ends it.
        """
        try:
            self._read_all()
        except (KeyNotAccepted, PaymentsRefused) as refusal:
            with self.database.writing() as session:
                fail_import(session, self.run_id, _in_words(refusal), now=self.clock.now())

    def _read_all(self) -> None:
        started_at = self._start()
        self._read_past()
        self._read_new()
        for payout_id in self._payouts_to_read():
            self._read_payout(payout_id)
        self._finish(started_at)

    def _start(self) -> datetime:
        now = self.clock.now()
        with self.database.writing() as session:
            insert_once(session, ImportPlace, stream=STREAM, reached_start=False)
            run = session.get_one(ImportRun, self.run_id)
            if run.starts_over and run.status is ImportStatus.QUEUED:
                _forget_place(session)
            run.status = ImportStatus.RUNNING
            run.started_at = run.started_at or now
        return now

    def _read_past(self) -> None:
        """From the newest back to the first transaction there ever was; once it is reached, nothing."""
        while not (place := self._place()).reached_start:
            page = self.gateway.page_of_transactions(older_than=place.oldest_id)
            self._store(page, is_past=True)
            fault_point("import_page_stored")

    def _read_new(self) -> None:
        """Forward from the last transaction that has had its time to settle; once a day, from some days before it."""
        with self.database.reading() as session:
            after = _find_start(session, self.clock.now())
        while after is not None:
            page = self.gateway.page_of_transactions(newer_than=after)
            self._store(page, is_past=False)
            fault_point("import_page_stored")
            after = page.transactions[0].stripe_transaction_id if page.has_more else None

    def _store(self, page: TransactionPage, *, is_past: bool) -> None:
        now = self.clock.now()
        with self.database.writing() as session:
            new = sum(_store_transaction(session, each, now) for each in reversed(page.transactions))
            place = session.get_one(ImportPlace, STREAM, with_for_update=True)
            if place.newest_id is None or not is_past:
                _move_forward(place, page.transactions, now - SETTLING_TIME)
            if is_past:
                place.oldest_id = page.transactions[-1].stripe_transaction_id if page.transactions else place.oldest_id
                place.reached_start = not page.has_more
            self._count(session, read=len(page.transactions), new=new)
            fault_point("import_page_before_commit")

    def _payouts_to_read(self) -> Sequence[str]:
        """Payouts that are new, under way, without their list, with a wrong one, young enough to come back, or back."""
        today = self.clock.now().date()
        unknown = select(BalanceTransaction.source_id).where(
            BalanceTransaction.reporting_category == PAYOUT,
            BalanceTransaction.source_id.is_not(None),
            ~select(Payout.id).where(Payout.id == BalanceTransaction.source_id).exists(),
        )
        is_young = Payout.arrival_on > today - CAN_STILL_FAIL
        open_ones = select(Payout.id).where(
            or_(
                Payout.status.in_(UNDER_WAY),
                and_(Payout.is_automatic, Payout.lines_listed_at.is_(None)),
                _has_wrong_list(),
                and_(Payout.status == PayoutStatus.PAID, or_(is_young, is_sent_back())),
            )
        )
        with self.database.reading() as session:
            found = [*session.scalars(unknown), *session.scalars(open_ones)]
        return sorted({payout_id for payout_id in found if payout_id is not None})

    def _read_payout(self, payout_id: str) -> None:
        state = self.gateway.get_payout(payout_id)
        with self.database.writing() as session:
            is_listed = _store_payout(session, state, self.clock.now())
            self._count(session, payouts=1)
        if state.is_automatic and state.reconciliation_status == "completed" and not is_listed:
            self._read_lines(payout_id)

    def _read_lines(self, payout_id: str) -> None:
        """Which transactions an automatic payout is made of, by Stripe's own list."""
        page = self.gateway.page_of_transactions(payout=payout_id)
        listed = self._store_lines(payout_id, page)
        while page.has_more:
            last = page.transactions[-1].stripe_transaction_id
            fault_point("payout_lines_stored")
            page = self.gateway.page_of_transactions(payout=payout_id, older_than=last)
            listed += self._store_lines(payout_id, page)
        with self.database.writing() as session:
            _leave_out(session, payout_id, set(listed))
            session.get_one(Payout, payout_id).lines_listed_at = self.clock.now()

    def _store_lines(self, payout_id: str, page: TransactionPage) -> list[str]:
        now, listed = self.clock.now(), [each.stripe_transaction_id for each in page.transactions]
        with self.database.writing() as session:
            for each in page.transactions:
                _store_transaction(session, each, now)
            session.execute(
                update(BalanceTransaction).where(BalanceTransaction.id.in_(listed)).values(payout_id=payout_id)
            )
        return listed

    def _finish(self, started_at: datetime) -> None:
        with self.database.writing() as session:
            place = session.get_one(ImportPlace, STREAM, with_for_update=True)
            if place.newest_id is None:
                _forget_place(session)  # all is too young to go on from
            place.complete_until = max(started_at, place.complete_until or started_at)
            queue(session, EffectKind.RECONCILE, f"{self.run_id}:1", now=self.clock.now())

    def _place(self) -> ImportPlace:
        with self.database.reading() as session:
            return session.get_one(ImportPlace, STREAM)

    def _count(self, session: Session, *, read: int = 0, new: int = 0, payouts: int = 0) -> None:
        session.execute(
            update(ImportRun)
            .where(ImportRun.id == self.run_id)
            .values(
                transactions_read=ImportRun.transactions_read + read,
                transactions_new=ImportRun.transactions_new + new,
                payouts_read=ImportRun.payouts_read + payouts,
            )
        )


def _in_words(refusal: KeyNotAccepted | PaymentsRefused) -> str:
    if isinstance(refusal, KeyNotAccepted):
        return f"Stripe does not accept our key for this ({refusal.cause}): look at STRIPE_API_KEY and what it may do"
    return f"Stripe refuses what it was asked ({refusal.reason}): import again, starting over"


def _store_transaction(session: Session, state: TransactionState, now: datetime) -> bool:
    """Keep a transaction with what follows from it: its postings, and the journey that knows its principal."""
    is_new = insert_once(
        session,
        BalanceTransaction,
        id=state.stripe_transaction_id,
        type=state.type,
        reporting_category=state.reporting_category,
        gross_minor=state.gross.amount_minor,
        fee_minor=state.fee.amount_minor,
        net_minor=state.net.amount_minor,
        currency=state.gross.currency,
        fee_details=state.fee_details,
        created_at=state.created_at,
        available_on=state.available_at.date(),
        source_id=state.source,
        imported_at=now,
    )
    if not is_new:
        return False
    transaction = session.get_one(BalanceTransaction, state.stripe_transaction_id)
    transaction.entry_id = post_transaction(session, state, now=now)
    asked = settling(transaction)
    if asked is not None and transaction.gross_minor and find_counterpart(session, transaction) is None:
        queue(session, *asked, now=now)
    session.flush()
    if not is_known(state.reporting_category) and state.gross.amount_minor:
        found = Found.of_transaction(DiscrepancyKind.UNKNOWN_SOURCE, transaction, state.gross.amount_minor)
        open_discrepancy(session, found, now=now)
    return True


def _leave_out(session: Session, payout_id: str, listed: Collection[str]) -> None:
    """What an earlier list had and Stripe's does not have now is no part of the payout."""
    kept = session.scalars(select(BalanceTransaction).where(BalanceTransaction.payout_id == payout_id))
    for transaction in kept.all():
        if transaction.id not in listed:
            transaction.payout_id = None


def _has_wrong_list() -> ColumnElement[bool]:
    """Of payouts that are not the sum of what Stripe listed for them when it was last asked."""
    differs = select(Discrepancy.id).where(
        Discrepancy.payout_id == Payout.id,
        Discrepancy.kind == DiscrepancyKind.AMOUNT_DIFFERS,
        Discrepancy.closed_at.is_(None),
    )
    return differs.exists()


def _store_payout(session: Session, state: PayoutState, now: datetime) -> bool:
    """Keep a payout as Stripe has it; says whether its transactions were listed before, and came to its amount."""
    known = session.get(Payout, state.stripe_payout_id)
    payout = known or Payout(id=state.stripe_payout_id)
    payout.amount_minor, payout.currency = state.amount.amount_minor, state.amount.currency
    payout.status = PayoutStatus(state.status)
    payout.is_automatic, payout.method = state.is_automatic, state.method
    payout.reconciliation_status = state.reconciliation_status
    payout.descriptor, payout.failure_code = state.descriptor, state.failure_code
    payout.arrival_on = state.arrival_at.date()
    payout.created_at = state.created_at
    if session.is_modified(payout) or known is None:
        payout.updated_at = now
    session.add(payout)
    session.flush()
    wrong = session.scalar(select(Payout.id).where(Payout.id == payout.id, _has_wrong_list()))
    return payout.lines_listed_at is not None and wrong is None


def _move_forward(place: ImportPlace, transactions: Sequence[TransactionState], settled_by: datetime) -> None:
    """Go on from the newest transaction that is old enough; never back, for two runs may be at work."""
    for each in transactions:
        if each.created_at > settled_by:
            continue
        if place.newest_created_at is None or each.created_at >= place.newest_created_at:
            place.newest_id, place.newest_created_at = each.stripe_transaction_id, each.created_at
        return


def _find_start(session: Session, now: datetime) -> str | None:
    """The transaction behind which to read on."""
    place = session.get_one(ImportPlace, STREAM)
    is_first_today = place.complete_until is not None and place.complete_until.date() < now.date()
    if place.newest_created_at is None or not is_first_today:
        return place.newest_id
    settled_by = min(place.newest_created_at, now - LOOKED_BACK)
    earlier = (
        select(BalanceTransaction.id)
        .where(BalanceTransaction.created_at <= settled_by)
        .order_by(BalanceTransaction.created_at.desc(), BalanceTransaction.id.desc())
        .limit(1)
    )
    return session.scalar(earlier) or place.oldest_id


def _forget_place(session: Session) -> None:
    session.execute(
        update(ImportPlace)
        .where(ImportPlace.stream == STREAM)
        .values(newest_id=None, newest_created_at=None, oldest_id=None, reached_start=False)
    )
