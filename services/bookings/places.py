"""Taking and giving back places: the one conditional update that keeps a set from being oversold (I1)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BindParameter, bindparam, select, update
from sqlalchemy.orm import Session

from services.bookings.errors import SetFull
from services.errors import DomainError
from services.sets.catalogue import SHOWN
from services.sets.errors import EnrolmentClosed, SetNotFound
from services.sets.models import LearningSet
from services.sets.words import TAKES_BOOKINGS

NOT_TAKEN = (SetFull, EnrolmentClosed, SetNotFound)
"""Why places could not be taken."""

_PLACES: BindParameter[int] = bindparam("places")
_TAKE = (
    update(LearningSet)
    .where(
        LearningSet.id == bindparam("set_id"),
        LearningSet.taken + _PLACES <= LearningSet.capacity,
        LearningSet.status.in_(TAKES_BOOKINGS),  # it may have been taken back meanwhile
    )
    .values(taken=LearningSet.taken + _PLACES)
)
_RELEASE = update(LearningSet).where(LearningSet.id == bindparam("set_id")).values(taken=LearningSet.taken - _PLACES)


def take(session: Session, set_id: UUID, places: int) -> None:
    """Take places or raise one of NOT_TAKEN.

    Call it late in the transaction, for it locks the set's row until the commit.
    """
    taken = session.connection().execute(_TAKE, {"set_id": set_id, "places": places})
    if taken.rowcount != 1:
        raise _why_not(session, set_id)


def _why_not(session: Session, set_id: UUID) -> DomainError:
    """As the catalogue now says it: full, closed, or not there any more."""
    status = session.scalars(select(LearningSet.status).where(LearningSet.id == set_id)).one()
    if status in TAKES_BOOKINGS:
        return SetFull(set_id)
    return EnrolmentClosed() if status in SHOWN else SetNotFound()


def release(session: Session, set_id: UUID, places: int) -> None:
    """Give places back to the set."""
    session.connection().execute(_RELEASE, {"set_id": set_id, "places": places})
