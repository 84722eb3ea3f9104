"""How often a letter that anybody can have sent to anybody goes to one address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services.ids import new_id
from services.requests.models import AddressStamp


@dataclass(frozen=True)
class Cap:
    """At most `letters` to an address within `window`."""

    letters: int
    window: timedelta
    ends_when_answered: bool = False


PAUSE = Cap(1, timedelta(minutes=15), ends_when_answered=True)
A_DAY = Cap(3, timedelta(days=1))
A_MONTH = Cap(5, timedelta(days=30))
KEPT = timedelta(days=31)


def next_letter_at(session: Session, kind: str, address_hash: str, caps: Sequence[Cap], *, now: datetime) -> datetime:
    """When a letter may go to this address: `now`, or the moment the last of the caps allows one.

    Whoever then queues a letter holds a lock on what the address belongs to: two at once would not see each other.
    """
    stamps = session.scalars(
        select(AddressStamp)
        .where(AddressStamp.kind == kind, AddressStamp.address_hash == address_hash)
        .order_by(AddressStamp.at.desc())
        .limit(max(cap.letters for cap in caps))
    ).all()
    return max([now, *(end for cap in caps if (end := _end_of(cap, stamps)) is not None)])


def count_letter(session: Session, kind: str, address_hash: str, *, now: datetime) -> None:
    """Count a letter, in the transaction that queues it."""
    session.add(AddressStamp(id=new_id(), kind=kind, address_hash=address_hash, at=now))


def end_pause(session: Session, kind: str, address_hash: str, *, now: datetime) -> None:
    """A mailed link was followed through: its reader is there and willing, the longer caps suffice."""
    session.execute(
        update(AddressStamp)
        .where(AddressStamp.kind == kind, AddressStamp.address_hash == address_hash, AddressStamp.answered_at.is_(None))
        .values(answered_at=now)
    )


def has_old(session: Session, *, now: datetime) -> bool:
    """Whether there is anything to forget."""
    return session.scalar(select(AddressStamp.id).where(AddressStamp.at <= now - KEPT).limit(1)) is not None


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete what no cap looks back to."""
    session.execute(delete(AddressStamp).where(AddressStamp.at <= now - KEPT))


def _end_of(cap: Cap, stamps: Sequence[AddressStamp]) -> datetime | None:
    """When the letters counted, newest first, leave room under the cap again."""
    if len(stamps) < cap.letters:
        return None
    oldest = stamps[cap.letters - 1]
    if cap.ends_when_answered and oldest.answered_at is not None:
        return None
    return oldest.at + cap.window
