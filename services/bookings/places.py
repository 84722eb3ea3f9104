"""Taking and giving back places: the one conditional update that keeps a set from being oversold (I1)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BindParameter, bindparam, update
from sqlalchemy.orm import Session

from services.bookings.errors import SetFull
from services.sets.models import LearningSet
from services.sets.words import SetStatus

_PLACES: BindParameter[int] = bindparam("places")
_TAKE = (
    update(LearningSet)
    .where(
        LearningSet.id == bindparam("set_id"),
        LearningSet.taken + _PLACES <= LearningSet.capacity,
        LearningSet.status.in_((SetStatus.PUBLISHED, SetStatus.RUNNING)),  # it may have been taken back meanwhile
    )
    .values(taken=LearningSet.taken + _PLACES)
)
_RELEASE = update(LearningSet).where(LearningSet.id == bindparam("set_id")).values(taken=LearningSet.taken - _PLACES)


def take(session: Session, set_id: UUID, places: int) -> None:
    """Take places or raise SetFull; call it late in the transaction, for it locks the set's row until the commit."""
    taken = session.connection().execute(_TAKE, {"set_id": set_id, "places": places})
    if taken.rowcount != 1:
        raise SetFull(set_id)


def release(session: Session, set_id: UUID, places: int) -> None:
    """Give places back to the set."""
    session.connection().execute(_RELEASE, {"set_id": set_id, "places": places})
