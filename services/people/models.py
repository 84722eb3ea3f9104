"""Persons and organisations."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
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


class Organisation(Base):
    """Who a booker comes from, as the booker said."""

    __tablename__ = "organisations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(200))
    income_band: Mapped[IncomeBand | None] = mapped_column(word_of(IncomeBand))
    charity_number: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime]
