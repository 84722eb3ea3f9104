"""What still waits to be done, and what holds it up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.effects.kinds import EffectKind
from services.effects.models import IS_NEW, IS_RELAYED, Effect


@dataclass(frozen=True)
class Backlog:
    waiting: dict[EffectKind, int] = field(default_factory=dict)
    """How many of each kind are due."""
    oldest_due_at: datetime | None = None
    """Since when the longest-waiting has been due, be it for another attempt."""
    oldest_relayed_at: datetime | None = None
    """Since when the longest-running has been with dbos."""
    held_up_by: Counter[str] = field(default_factory=Counter)
    """How many wait for another attempt, by the class of what stopped the last one."""


def look(session: Session, *, now: datetime) -> Backlog:
    """As it is at this moment."""
    due = select(Effect.kind, func.count()).where(IS_NEW, Effect.due_at <= now).group_by(Effect.kind)
    oldest = select(func.min(Effect.due_at)).where(IS_NEW)
    oldest_relayed = select(func.min(Effect.relayed_at)).where(IS_RELAYED)
    retried = select(Effect.problem, func.count()).where(IS_NEW, Effect.attempt > 1).group_by(Effect.problem)
    return Backlog(
        waiting={kind: count for kind, count in session.execute(due)},
        oldest_due_at=session.scalar(oldest),
        oldest_relayed_at=session.scalar(oldest_relayed),
        held_up_by=Counter({problem or "": count for problem, count in session.execute(retried)}),
    )


def list_relayed(session: Session) -> Sequence[tuple[str, int]]:
    """The key and the attempt of all that is with dbos."""
    return [(key, attempt) for key, attempt in session.execute(select(Effect.key, Effect.attempt).where(IS_RELAYED))]


def list_relayed_before(session: Session, instant: datetime, *, limit: int) -> Sequence[str]:
    """The keys of what has been with dbos since before then, the longest first."""
    query = select(Effect.key).where(IS_RELAYED, Effect.relayed_at < instant)
    return session.scalars(query.order_by(Effect.relayed_at).limit(limit)).all()
