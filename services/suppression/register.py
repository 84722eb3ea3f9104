"""Suppressing, asking, and lifting by a new consent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.database.turns import take_turns_about
from services.ids import new_id
from services.suppression.models import Suppression

MARKETING = "marketing"


def suppress(session: Session, address_hash: str, *, reason: str, source: str, now: datetime) -> None:
    """From this commit on, no marketing message to this address is claimed for sending (I7).

    Whoever would write to it takes turns by its hash, and looks only then.
    """
    take_turns_about(session, address_hash)
    session.add(
        Suppression(
            id=new_id(),
            address_hash=address_hash,
            scope=MARKETING,
            reason=reason,
            source=source,
            suppressed_at=now,
        )
    )
    session.flush()


def find_suppressed_at(session: Session, address_hash: str) -> datetime | None:
    """When the address was last suppressed, if that still holds."""
    return session.scalar(
        select(Suppression.suppressed_at)
        .where(Suppression.address_hash == address_hash, Suppression.lifted_at.is_(None))
        .order_by(Suppression.suppressed_at.desc())
        .limit(1)
    )


def lift(session: Session, address_hash: str, *, opt_in_started_at: datetime, now: datetime) -> None:
    """Open a new epoch: a confirmed opt-in lifts what is older than its own start, and nothing younger."""
    session.execute(
        update(Suppression)
        .where(
            Suppression.address_hash == address_hash,
            Suppression.lifted_at.is_(None),
            Suppression.suppressed_at < opt_in_started_at,
        )
        .values(lifted_at=now)
    )
