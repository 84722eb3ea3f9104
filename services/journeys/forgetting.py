"""How whatever is kept for a time is forgotten: the database is written to only where something is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from services.outside import Outside


class KeptForATime(Protocol):
    """A module that knows what of its own is old."""

    def has_old(self, session: Session, *, now: datetime) -> bool: ...

    def forget_old(self, session: Session, *, now: datetime) -> None: ...


def forget_due(outside: Outside, kept: Sequence[KeptForATime]) -> None:
    """Delete what is due, if anything is."""
    now = outside.clock.now()
    with outside.database.reading() as session:
        if not any(each.has_old(session, now=now) for each in kept):
            return
    with outside.database.writing() as session:
        for each in kept:
            each.forget_old(session, now=now)
