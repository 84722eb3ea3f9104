"""What is written on an effect's row once it has run."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from services.attention.items import close_open_items, open_item
from services.attention.words import AttentionKind
from services.effects.models import Effect, EffectStatus
from services.errors import DomainError, Kind

MOST_ATTEMPTS = 8
"""Of an effect that fails for no outage: with the pauses between them, some four minutes."""
LONGEST_PAUSE_SECONDS = 5 * 60
LONGEST_ASKED_PAUSE_SECONDS = 60 * 60
LONG_OUTAGE = timedelta(days=1)
"""After which staff are told, while attempts go on."""


def finish(session: Session, effect: Effect, *, now: datetime) -> None:
    """It is done; staff who were told that it takes long need look no more."""
    effect.status, effect.finished_at, effect.problem = EffectStatus.DONE, now, None
    close_open_items(session, AttentionKind.EFFECT_FAILED, effect.key, by=f"worker:{effect.kind}", now=now)


def postpone_or_fail(session: Session, effect: Effect, error: Exception, *, now: datetime) -> None:
    """Have it tried again later: after an outage for ever, after any other error up to `MOST_ATTEMPTS`."""
    outage = _is_outage(error)
    if not outage and effect.attempt >= MOST_ATTEMPTS:
        fail(session, effect, type(error).__name__, now=now)
        return
    effect.status, effect.problem = EffectStatus.NEW, type(error).__name__
    effect.due_at = now + pause_after(effect.attempt, error)
    effect.attempt += 1
    if outage and now - effect.created_at > LONG_OUTAGE:
        open_item(session, AttentionKind.EFFECT_FAILED, effect.key, now=now)


def fail(session: Session, effect: Effect, problem: str, *, now: datetime) -> None:
    """Give up and put it before staff."""
    effect.status, effect.finished_at, effect.problem = EffectStatus.FAILED, now, problem
    open_item(session, AttentionKind.EFFECT_FAILED, effect.key, now=now)


def pause_after(attempt: int, error: Exception) -> timedelta:
    """2, 4, 8 ... seconds, or what whoever is out of reach asked for, if that is longer."""
    pause = min(2 ** min(attempt, 16), LONGEST_PAUSE_SECONDS)
    asked = getattr(error, "retry_after", None) or 0
    return timedelta(seconds=max(pause, min(asked, LONGEST_ASKED_PAUSE_SECONDS)))


def _is_outage(error: Exception) -> bool:
    return isinstance(error, DomainError) and error.kind is Kind.UNAVAILABLE
