"""Finding people by address, and adding those who are new."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from services.database.writes import insert_once
from services.ids import new_id
from services.people.models import Organisation, Person
from services.people.words import IncomeBand

_BY_EMAIL = select(Person).where(Person.email == bindparam("email"))
_ADD_ORGANISATION = insert(Organisation)


def known_or_new_person(session: Session, *, email: str, name: str, now: datetime) -> Person:
    """Whoever has this address; two transactions that add the same address at once agree on one."""
    columns = {"id": new_id(), "email": email.casefold(), "name": name, "created_at": now}
    if insert_once(session, Person, **columns):
        return Person(**columns)
    return session.scalars(_BY_EMAIL, {"email": columns["email"]}).one()


def find_organisation_name(session: Session, organisation_id: UUID | None) -> str | None:
    if organisation_id is None:
        return None
    return session.scalar(select(Organisation.name).where(Organisation.id == organisation_id))


def add_organisation(
    session: Session, *, name: str | None, income_band: IncomeBand | None, charity_number: str | None, now: datetime
) -> UUID:
    """Keep what a booker says of their organisation; not merged by name, which proves nothing."""
    organisation_id = new_id()
    session.connection().execute(
        _ADD_ORGANISATION,
        {
            "id": organisation_id,
            "name": name,
            "income_band": income_band,
            "charity_number": charity_number,
            "created_at": now,
        },
    )
    return organisation_id
