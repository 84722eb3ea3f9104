"""Persons."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from services.ids import new_id
from services.people.models import Person
from tests.builders.dates import LONG_AGO


def a_person(session: Session, *, email: str = "ada@example.org", name: str = "Ada Okafor") -> UUID:
    """The person's id."""
    person = Person(id=new_id(), email=email.casefold(), name=name, created_at=LONG_AGO)
    session.add(person)
    session.flush()
    return person.id
