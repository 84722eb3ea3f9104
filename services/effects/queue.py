"""Queueing an effect with its cause."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.database.writes import insert_once
from services.effects.kinds import EffectKind
from services.effects.models import Effect, EffectStatus


def is_known(session: Session, kind: EffectKind, subject: str) -> bool:
    """Whether the effect was ever queued: lets a schedule look before it takes a write lock."""
    return session.get(Effect, f"{kind}:{subject}") is not None


def list_unknown(session: Session, kind: EffectKind, subjects: Sequence[str]) -> list[str]:
    """Those of them for which the effect was never queued, in their order: the same for many."""
    keys = [f"{kind}:{subject}" for subject in subjects]
    known = set(session.scalars(select(Effect.key).where(Effect.key.in_(keys))))
    return [subject for subject, key in zip(subjects, keys, strict=True) if key not in known]


def queue(session: Session, kind: EffectKind, subject: str, *, now: datetime, due_at: datetime | None = None) -> bool:
    """Have `kind` happen to `subject` once this transaction commits, from `due_at` on.

    The key is `kind:subject`; asked twice it happens once, and the second time answers False.
    """
    return insert_once(
        session,
        Effect,
        key=f"{kind}:{subject}",
        kind=kind,
        payload={"subject": subject},
        status=EffectStatus.NEW,
        due_at=due_at or now,
        created_at=now,
        attempt=1,
    )
