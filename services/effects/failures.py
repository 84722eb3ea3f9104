"""Effects that failed for good, and running one again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.effects.errors import JobNotFailed, JobNotFound
from services.effects.kinds import EffectKind
from services.effects.models import Effect, EffectStatus


@dataclass(frozen=True)
class FailedEffect:
    key: str
    kind: EffectKind
    attempt: int
    problem: str | None
    created_at: datetime
    finished_at: datetime | None


def list_failed(
    session: Session, *, after: str | None, limit: int, failed_since: datetime | None = None
) -> list[FailedEffect]:
    """At most `limit`, in the order of their keys, behind the one with the key `after`."""
    query = select(Effect).where(Effect.status == EffectStatus.FAILED).order_by(Effect.key).limit(limit)
    if failed_since is not None:
        query = query.where(Effect.finished_at >= failed_since)
    if after is not None:
        query = query.where(Effect.key > after)
    return [_view(effect) for effect in session.scalars(query)]


def run_again(session: Session, key: str, *, now: datetime) -> FailedEffect:
    """Have a failed effect tried once more, as another attempt; raises JobNotFound and JobNotFailed."""
    effect = session.get(Effect, key, with_for_update=True)
    if effect is None:
        raise JobNotFound
    if effect.status is not EffectStatus.FAILED:
        raise JobNotFailed
    effect.status, effect.due_at, effect.finished_at = EffectStatus.NEW, now, None
    effect.attempt += 1
    return _view(effect)


def _view(effect: Effect) -> FailedEffect:
    return FailedEffect(effect.key, effect.kind, effect.attempt, effect.problem, effect.created_at, effect.finished_at)
