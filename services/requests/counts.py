"""How often something was asked for in a stretch of time, counted by the database: one atomic statement a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.errors import DomainError
from services.requests.errors import TooManyPlacesAsked
from services.requests.models import RequestCount

KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Quota:
    """At most `most` within each `window`; windows begin at multiples of their length."""

    kind: str
    most: int
    window: timedelta
    refused_as: Callable[[float], DomainError] = TooManyPlacesAsked
    """The refusal, made with the seconds until the window ends."""


def count(session: Session, subjects: Mapping[Quota, str], amount: int, *, now: datetime) -> None:
    """Add `amount` for the hashed subject of each quota, or raise the first refusal and have nothing added.

    On PostgreSQL whoever counts the same subject waits here for this transaction's end: count as late as you can, and
    always in one order.
    """
    rows = [_row(quota, subject_hash, amount, now) for quota, subject_hash in subjects.items()]
    reached = session.connection().execute(_ADD[session.get_bind().dialect.name], rows)
    counts = {kind: so_many for kind, so_many in reached}
    for quota in subjects:
        if counts[quota.kind] > quota.most:
            raise quota.refused_as((_began(quota.window, now) + quota.window - now).total_seconds())


def _row(quota: Quota, subject_hash: str, amount: int, now: datetime) -> dict[str, Any]:
    began = _began(quota.window, now)
    return {"kind": quota.kind, "subject_hash": subject_hash, "window_began_at": began, "count": amount}


def _add(insert: Any) -> Any:
    adding = insert(RequestCount)
    return adding.on_conflict_do_update(
        index_elements=[RequestCount.kind, RequestCount.subject_hash, RequestCount.window_began_at],
        set_={"count": RequestCount.count + adding.excluded["count"]},
    ).returning(RequestCount.kind, RequestCount.count)


_ADD = {"sqlite": _add(sqlite.insert), "postgresql": _add(postgresql.insert)}
"""Built once: building it anew would cost more than running it."""


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
