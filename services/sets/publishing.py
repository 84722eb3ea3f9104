"""Showing a set in the catalogue, and taking it out again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from services.sets.editing import Edit, note_change, open_for_edit
from services.sets.errors import SetHasBookings, SetMoveNotAllowed, SetNotReady
from services.sets.models import LearningSet
from services.sets.readiness import missing_from
from services.sets.words import SetStatus


def publish(session: Session, edit: Edit) -> None:
    """Have the draft take bookings; raises SetMoveNotAllowed and SetNotReady."""
    learning_set = open_for_edit(session, edit)
    _require(learning_set, SetStatus.DRAFT)
    if missing := missing_from(learning_set, edit.now):
        raise SetNotReady(missing)
    learning_set.status = SetStatus.PUBLISHED
    note_change(session, learning_set, edit, "set.published")


def unpublish(session: Session, edit: Edit) -> None:
    """Make it a draft again while nobody has a place on it; raises SetMoveNotAllowed and SetHasBookings."""
    learning_set = open_for_edit(session, edit)
    _require(learning_set, SetStatus.PUBLISHED)
    if learning_set.taken:
        raise SetHasBookings(learning_set.taken)
    learning_set.status = SetStatus.DRAFT
    note_change(session, learning_set, edit, "set.unpublished")


def _require(learning_set: LearningSet, status: SetStatus) -> None:
    if learning_set.status is not status:
        raise SetMoveNotAllowed(learning_set.status)
