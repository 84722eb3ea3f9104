"""Persons and organisations."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base
from services.database.types import word_of
from services.people.words import IncomeBand


class Person(Base):
    """Somebody with an address."""

    __tablename__ = "persons"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    """Normalised (email-validator) and case-folded."""
    name: Mapped[str] = mapped_column(String(120))
    """As first given; an enrolment keeps the name given for it."""
    created_at: Mapped[datetime]


class SignInLink(Base):
    """A typed address that wants to see what belongs to it, and the link it was mailed, if it is known here."""

    __tablename__ = "sign_in_links"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    requested_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), index=True)
    token_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class Organisation(Base):
    """Who a booker comes from, as the booker said."""

    __tablename__ = "organisations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(200))
    income_band: Mapped[IncomeBand | None] = mapped_column(word_of(IncomeBand))
    charity_number: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime]
