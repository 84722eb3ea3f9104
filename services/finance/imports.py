"""Imports from Stripe: asked for by a person or by the clock, one row each, with their progress."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.attention.items import close_open_items, open_item
from services.attention.words import AttentionKind
from services.clock import Clock
from services.database import Database
from services.effects.kinds import EffectKind
from services.effects.models import Effect, EffectStatus
from services.effects.queue import queue
from services.finance.errors import ImportNotFound
from services.finance.models import ImportRun
from services.finance.words import ImportStatus, ImportTrouble
from services.ids import new_id

KEPT = timedelta(days=30)
LONGEST_FAILURE = 200
ACTOR = "worker:import_from_stripe"
OVERDUE = timedelta(minutes=30)
"""A run that takes longer is none to wait for: the clock asks for another."""
CLOCK = "worker:schedule"
ENDED = (ImportStatus.DONE, ImportStatus.FAILED)
ALL_IMPORTS = "import_from_stripe"
"""What staff are told about once, however many imports fail in a row."""


@dataclass(frozen=True)
class ImportProgress:
    """How an import stands; `done` once what it found was settled and compared too."""

    id: UUID
    status: ImportStatus
    requested_by: str
    starts_over: bool
    requested_at: datetime
    finished_at: datetime | None
    transactions_read: int
    transactions_new: int
    payouts_read: int
    failure: str | None
    """In words, where it failed."""


def request_import(session: Session, *, requested_by: str, starts_over: bool, now: datetime) -> ImportProgress:
    """Queue an import; runs that ended a month ago are forgotten."""
    session.execute(delete(ImportRun).where(ImportRun.finished_at < now - KEPT))
    run = ImportRun(
        id=new_id(),
        status=ImportStatus.QUEUED,
        requested_by=requested_by,
        requested_at=now,
        starts_over=starts_over,
        transactions_read=0,
        transactions_new=0,
        payouts_read=0,
    )
    session.add(run)
    session.flush()
    queue(session, EffectKind.IMPORT_FROM_STRIPE, str(run.id), now=now)
    return progress_of(run)


def queue_import(database: Database, clock: Clock) -> None:
    """Ask for an import by the clock, unless one is under way."""
    now = clock.now()
    with database.reading() as session:
        under_way = select(ImportRun.id).where(ImportRun.status.not_in(ENDED), ImportRun.requested_at > now - OVERDUE)
        if session.scalar(under_way.limit(1)) is not None:
            return
    with database.writing() as session:
        request_import(session, requested_by=CLOCK, starts_over=False, now=now)


def finish_import(session: Session, run_id: UUID, *, now: datetime) -> None:
    """All that it found is settled and compared; what staff were told of imports that failed is over."""
    run = session.get_one(ImportRun, run_id)
    run.status, run.finished_at = ImportStatus.DONE, now
    close_open_items(session, AttentionKind.IMPORT_FAILED, ALL_IMPORTS, by=ACTOR, now=now)


def fail_import(session: Session, run_id: UUID, failure: str, *, now: datetime) -> None:
    """It cannot go on, however often it is tried; staff are told where the one before failed too."""
    before = select(ImportRun.status).where(ImportRun.finished_at.is_not(None), ImportRun.id != run_id)
    if session.scalar(before.order_by(ImportRun.finished_at.desc()).limit(1)) is ImportStatus.FAILED:
        open_item(session, AttentionKind.IMPORT_FAILED, ALL_IMPORTS, now=now)
    run = session.get_one(ImportRun, run_id)
    run.status, run.finished_at, run.failure = ImportStatus.FAILED, now, failure[:LONGEST_FAILURE]


def get_import(session: Session, run_id: UUID) -> ImportProgress:
    run = session.get(ImportRun, run_id)
    if run is None:
        raise ImportNotFound
    return progress_of(run)


def find_latest_import(session: Session) -> ImportProgress | None:
    """The one asked for last, by whomever."""
    latest = session.scalars(select(ImportRun).order_by(ImportRun.requested_at.desc()).limit(1)).one_or_none()
    return progress_of(latest) if latest else None


def find_trouble(session: Session, run_id: UUID) -> ImportTrouble | None:
    """What keeps an import from going on, if anything does."""
    effect = session.get(Effect, f"{EffectKind.IMPORT_FROM_STRIPE}:{run_id}")
    if effect is None or effect.problem is None:
        return None
    return ImportTrouble.GIVEN_UP if effect.status is EffectStatus.FAILED else ImportTrouble.TRYING_AGAIN


def progress_of(run: ImportRun) -> ImportProgress:
    return ImportProgress(
        id=run.id,
        status=run.status,
        requested_by=run.requested_by,
        starts_over=run.starts_over,
        requested_at=run.requested_at,
        finished_at=run.finished_at,
        transactions_read=run.transactions_read,
        transactions_new=run.transactions_new,
        payouts_read=run.payouts_read,
        failure=run.failure,
    )
