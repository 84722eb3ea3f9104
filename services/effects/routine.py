"""Effects that a schedule queues again and again: kept for a day, which is long past what their keys are for."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.orm import Session

from services.effects.kinds import EffectKind
from services.effects.models import Effect, EffectStatus

ROUTINE = (
    EffectKind.VISIT_CHECKOUT,
    EffectKind.FETCH_MISSED_EVENTS,
    EffectKind.IMPORT_FROM_STRIPE,
    EffectKind.RECONCILE,
)
"""Their keys hold the minute or the import they were queued for, so that no later one can be the same."""
KEPT = timedelta(days=1)


def has_old(session: Session, *, now: datetime) -> bool:
    """Whether there is anything to forget."""
    return session.scalar(select(Effect.key).where(_is_old(now)).limit(1)) is not None


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete what was done a day ago; what failed stays before staff."""
    session.execute(delete(Effect).where(_is_old(now)))


def _is_old(now: datetime) -> ColumnElement[bool]:
    return and_(Effect.kind.in_(ROUTINE), Effect.status == EffectStatus.DONE, Effect.finished_at <= now - KEPT)
