"""What still waits to be done, and what holds it up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

from services.effects.kinds import EffectKind
from services.effects.models import Effect, EffectStatus

# Written out, not bound: neither database uses the partial index for a value that it does not see when it plans.
_IS_NEW: ColumnElement[bool] = Effect.status == literal_column(f"'{EffectStatus.NEW.value}'")


@dataclass(frozen=True)
class Backlog:
    waiting: dict[EffectKind, int] = field(default_factory=dict)
    """How many of each kind are due."""
    oldest_due_at: datetime | None = None
    """Since when the longest-waiting has been due that was never tried."""
    held_up_by: Counter[str] = field(default_factory=Counter)
    """How many wait for another attempt, by the class of what stopped the last one."""


def look(session: Session, *, now: datetime) -> Backlog:
    """As it is at this moment."""
    due = select(Effect.kind, func.count()).where(_IS_NEW, Effect.due_at <= now).group_by(Effect.kind)
    oldest = select(func.min(Effect.due_at)).where(_IS_NEW, Effect.attempt == 1)
    retried = select(Effect.problem, func.count()).where(_IS_NEW, Effect.attempt > 1).group_by(Effect.problem)
    return Backlog(
        waiting={kind: count for kind, count in session.execute(due)},
        oldest_due_at=session.scalar(oldest),
        held_up_by=Counter({problem or "": count for problem, count in session.execute(retried)}),
    )
