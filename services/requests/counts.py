"""How often something was asked for in a stretch of time, counted by the database: one atomic statement a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.requests.errors import TooManyPlacesAsked
from services.requests.models import RequestCount

KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Quota:
    """At most `most` within each `window`; windows begin at multiples of their length."""

    kind: str
    most: int
    window: timedelta


def count(session: Session, quota: Quota, subject_hash: str, amount: int, *, now: datetime) -> None:
    """Add `amount`, or raise TooManyPlacesAsked and add nothing.

    On PostgreSQL whoever counts the same subject waits here for this transaction's end: count as late as you can.
    """
    began = _began(quota.window, now)
    dialect = session.get_bind().dialect.name
    insert = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(RequestCount)
    added = insert.values(
        kind=quota.kind, subject_hash=subject_hash, window_began_at=began, count=amount
    ).on_conflict_do_update(
        index_elements=[RequestCount.kind, RequestCount.subject_hash, RequestCount.window_began_at],
        set_={"count": RequestCount.count + amount},
    )
    reached = session.execute(added.returning(RequestCount.count)).scalar_one()
    if reached > quota.most:
        raise TooManyPlacesAsked((began + quota.window - now).total_seconds())


def has_old(session: Session, *, now: datetime) -> bool:
    """Whether there is anything to forget."""
    old = select(RequestCount.kind).where(RequestCount.window_began_at <= now - KEPT).limit(1)
    return session.scalar(old) is not None


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete the counts of windows that ended long ago."""
    session.execute(delete(RequestCount).where(RequestCount.window_began_at <= now - KEPT))


def _began(window: timedelta, now: datetime) -> datetime:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + (now - epoch) // window * window
