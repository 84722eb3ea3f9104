"""One idempotency key: one effect, one answer (I9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.orm import Session

from services.database.writes import insert_once
from services.ids import new_id
from services.requests.errors import KeyReused, RequestInProgress
from services.requests.models import IdempotentRequest

KEPT = timedelta(days=7)
"""After that the same key is a new request."""


@dataclass(frozen=True)
class RequestKey:
    """One request as its principal sent it; the fingerprint covers path and validated body."""

    principal: str
    route: str
    key: str
    fingerprint: str


@dataclass(frozen=True)
class Begun:
    """Whether this is the first time, a retry after a crash, or a replay of what is finished."""

    subject_id: UUID
    is_new: bool
    result: dict[str, Any] | None


def begin(session: Session, request: RequestKey, *, now: datetime, lease: timedelta) -> Begun:
    """Claim the key in the journey's first transaction: a refusal rolls the claim back with everything else.

    Raises KeyReused for another fingerprint and RequestInProgress while the first request's lease lasts.
    """
    subject_id = new_id()
    if _claim(session, request, subject_id, now, lease):
        return Begun(subject_id, is_new=True, result=None)
    found = session.scalars(select(IdempotentRequest).where(_is(request)).with_for_update()).one_or_none()
    if found is None:  # it was old, and a worker forgot it between these two statements
        raise RequestInProgress
    if found.started_at + KEPT <= now:
        _begin_anew(found, request, subject_id, now, lease)
        return Begun(subject_id, is_new=True, result=None)
    if found.fingerprint != request.fingerprint:
        raise KeyReused
    if found.finished_at is None and found.lease_until > now:
        raise RequestInProgress
    if found.finished_at is None:
        found.lease_until = now + lease
    return Begun(found.subject_id, is_new=False, result=found.result)


def is_known(session: Session, request: RequestKey) -> bool:
    """Whether the key was used before, whatever for."""
    return session.scalar(select(IdempotentRequest.key).where(_is(request))) is not None


def find_subject(session: Session, principal: str, key: str, *, now: datetime) -> UUID | None:
    """What the principal's request with this key made or is making; None for a key that is not known any more."""
    known = select(IdempotentRequest.subject_id).where(
        IdempotentRequest.principal == principal,
        IdempotentRequest.key == key,
        IdempotentRequest.started_at > now - KEPT,
    )
    return session.scalars(known).first()


def finish(session: Session, request: RequestKey, result: dict[str, Any], *, now: datetime) -> None:
    """Store the frozen result in the journey's last transaction."""
    session.execute(
        update(IdempotentRequest)
        .where(_is(request), IdempotentRequest.finished_at.is_(None))
        .values(finished_at=now, result=result)
    )


def has_old(session: Session, *, now: datetime) -> bool:
    """Whether there is anything to forget."""
    return session.scalar(select(IdempotentRequest.key).where(_is_old(now)).limit(1)) is not None


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete the answers of keys that are new again."""
    session.execute(delete(IdempotentRequest).where(_is_old(now)))


def _is_old(now: datetime) -> ColumnElement[bool]:
    return IdempotentRequest.started_at <= now - KEPT


def _claim(session: Session, request: RequestKey, subject_id: UUID, now: datetime, lease: timedelta) -> bool:
    return insert_once(
        session,
        IdempotentRequest,
        principal=request.principal,
        route=request.route,
        key=request.key,
        fingerprint=request.fingerprint,
        subject_id=subject_id,
        started_at=now,
        lease_until=now + lease,
    )


def _begin_anew(
    found: IdempotentRequest, request: RequestKey, subject_id: UUID, now: datetime, lease: timedelta
) -> None:
    """In place, so that two at once take turns on the one row."""
    found.fingerprint, found.subject_id = request.fingerprint, subject_id
    found.started_at, found.lease_until = now, now + lease
    found.finished_at, found.result = None, None


def _is(request: RequestKey) -> ColumnElement[bool]:
    return and_(
        IdempotentRequest.principal == request.principal,
        IdempotentRequest.route == request.route,
        IdempotentRequest.key == request.key,
    )
