"""The names of those whom the books and the audit log know by id."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.access.keys import KEY_ACTOR
from services.access.models import StaffKey
from services.people.models import StaffMember
from services.people.staff_sessions import MEMBER_ACTOR


def names_of_actors(session: Session, actors: Collection[str]) -> dict[str, str]:
    """By the actor; left out where there is nobody of that id. Whoever has left is still named."""
    members = select(StaffMember.id, StaffMember.name).where(StaffMember.id.in_(_ids(actors, MEMBER_ACTOR)))
    keys = select(StaffKey.id, StaffKey.name).where(StaffKey.id.in_(_ids(actors, KEY_ACTOR)))
    return {f"{MEMBER_ACTOR}{found.id}": found.name for found in session.execute(members)} | {
        f"{KEY_ACTOR}{found.id}": f"the key {found.name}" for found in session.execute(keys)
    }


def _ids(actors: Collection[str], prefix: str) -> list[UUID]:
    """Those that have one: some actors are words."""
    found = []
    for actor in actors:
        if actor.startswith(prefix):
            with suppress(ValueError):
                found.append(UUID(actor.removeprefix(prefix)))
    return found
