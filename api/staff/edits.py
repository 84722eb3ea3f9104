"""Changing a set over HTTP: which one, as what it was seen, by whom; and the whole set for an answer."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from api.context import current_staff, outside
from api.paths import named
from api.preconditions import tag_header
from services.ids import Prefix
from services.sets.editing import Edit
from services.sets.errors import SetNotFound
from services.sets.staff_views import StaffSetView, get_staff_set

Answer = tuple[StaffSetView, int, dict[str, str]]


def set_named(set_id: str) -> UUID:
    """The set that the path names; raises SetNotFound for what is no id of a set."""
    return named(Prefix.SET, set_id, SetNotFound)


def edit_of(set_id: str, *, seen: str | None = None) -> Edit:
    """A change by whoever's key the request carries."""
    return Edit(set_named(set_id), seen, current_staff().principal, outside().clock.now())


def whole_set(session: Session, set_id: UUID, status: int = 200) -> Answer:
    """The set as it is now, with its tag."""
    shown = get_staff_set(session, set_id)
    return shown, status, tag_header(shown.tag)
