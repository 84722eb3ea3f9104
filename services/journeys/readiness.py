"""Whether this installation can take work: what must hold, and what may be out of reach for a while."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from services.database import DatabaseBusy
from services.database.outages import in_words
from services.effects import backlog
from services.effects.backlog import Backlog
from services.mail.errors import PostboxUnavailable
from services.migrations import current_revision, head_revision
from services.newsletter.errors import AudienceUnavailable
from services.outside import Outside
from services.payments.errors import PaymentsUnavailable
from services.suppression.canary import find_proof, touch

CLOCK_TOLERANCE = timedelta(seconds=2)
LEAST_FREE_BYTES = 100 * 1024 * 1024
WORKER_TOLERANCE = timedelta(minutes=5)
"""How long something may be due before nobody seems to be doing it."""
END_TOLERANCE = timedelta(minutes=15)
"""How long something may be with a worker, behind a long import too, before it seems to have been lost there."""
OUTAGES = {
    "stripe": PaymentsUnavailable.__name__,
    "mailchimp": AudienceUnavailable.__name__,
    "mail": PostboxUnavailable.__name__,
}
"""By what the worker met when it last tried: no probe of ours calls a provider."""


class Verdict(StrEnum):
    OK = "ok"
    DEGRADED = "degraded"
    """Requests are taken; something that follows from them waits."""
    FAILED = "failed"


@dataclass(frozen=True)
class Check:
    name: str
    verdict: Verdict
    detail: str = ""
    """What is wrong, in words for an operator."""


def check_readiness(outside: Outside) -> list[Check]:
    """Every check; those that need the database fail as one where it is out of reach."""
    checks = [_disk(outside.settings.var_dir)]
    try:
        checks += _database(outside)
    except DatabaseBusy as busy:
        checks.append(Check("database", Verdict.FAILED, in_words(busy)))
    except DBAPIError:
        checks.append(
            Check("database", Verdict.FAILED, "takes no writes, or has another schema: run `setlist migrate`")
        )
    return checks


def _database(outside: Outside) -> Iterator[Check]:
    with outside.database.reading() as session:
        revision = current_revision(session)
    if revision != head_revision():
        yield Check("migrations", Verdict.FAILED, f"at {revision}, not {head_revision()}: run `setlist migrate`")
        return
    yield Check("migrations", Verdict.OK)
    with outside.database.writing() as session:
        touch(session)
    yield Check("database", Verdict.OK)
    now = outside.clock.now()
    with outside.database.reading() as session:
        proof, waiting = find_proof(session), backlog.look(session, now=now)
    yield _suppression(proof, outside.keyring.pepper_proof())
    yield _clock(outside)
    yield from _backlog(waiting, now)


def _suppression(noted: str | None, proof: str) -> Check:
    if noted is None:
        return Check("suppression", Verdict.DEGRADED, "no canary is noted yet: run `setlist migrate`")
    if noted != proof:
        return Check("suppression", Verdict.FAILED, "ADDRESS_PEPPER is not the one this database was filled with")
    return Check("suppression", Verdict.OK)


def _clock(outside: Outside) -> Check:
    """SQLite has the machine's own clock."""
    if outside.database.is_sqlite:
        return Check("clock", Verdict.OK)
    before = outside.clock.machine_now()
    with outside.database.reading() as session:
        theirs: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    after = outside.clock.machine_now()
    apart = max(before - theirs, theirs - after)
    if apart > CLOCK_TOLERANCE:
        return Check("clock", Verdict.FAILED, f"machine and database are {apart.total_seconds():.1f} s apart")
    return Check("clock", Verdict.OK)


def _disk(folder: Path) -> Check:
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    free = shutil.disk_usage(there).free
    if free < LEAST_FREE_BYTES:
        return Check("disk", Verdict.FAILED, f"{free // 1024 // 1024} MB free in VAR_DIR")
    return Check("disk", Verdict.OK)


def _backlog(waiting: Backlog, now: datetime) -> Iterator[Check]:
    for name, problem in OUTAGES.items():
        held_up = waiting.held_up_by[problem]
        verdict = Verdict.DEGRADED if held_up else Verdict.OK
        yield Check(name, verdict, f"out of reach: {held_up} to be tried again" if held_up else "")
    yield _worker(waiting, now)


def _worker(waiting: Backlog, now: datetime) -> Check:
    if waiting.oldest_due_at is not None and now - waiting.oldest_due_at > WORKER_TOLERANCE:
        return Check("worker", Verdict.DEGRADED, "work waits for over five minutes: is `setlist worker` running?")
    if waiting.oldest_relayed_at is not None and now - waiting.oldest_relayed_at > END_TOLERANCE:
        return Check("worker", Verdict.DEGRADED, "work was begun and has not ended for over fifteen minutes")
    return Check("worker", Verdict.OK)
