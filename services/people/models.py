"""Persons, organisations, the staff list, and the links by which an address is proved."""

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


class MailedLink(Base):
    """A typed address that wants to be let in, and the link it was mailed, if it is known here."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    requested_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    token_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class SignInLink(MailedLink):
    """Leads to what belongs to the address."""

    __tablename__ = "sign_in_links"

    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), index=True)


class StaffMember(Base):
    """Somebody who may sign in to the staff pages; stays when they leave, since the books name them by id."""

    __tablename__ = "staff_members"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    """Normalised (email-validator) and case-folded."""
    name: Mapped[str] = mapped_column(String(120))
    scopes: Mapped[list[str]]
    """Read anew for each request: a change holds at once."""
    added_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class StaffSignInLink(MailedLink):
    """Leads into the staff pages."""

    __tablename__ = "staff_sign_in_links"

    member_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_members.id"), index=True)
    leads_to: Mapped[str] = mapped_column(String(300))
    """The path of the page that was asked for first."""


class StaffSession(Base):
    """Somebody of staff signed in with one browser."""

    __tablename__ = "staff_sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("staff_members.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the cookie's value, which nothing here keeps."""
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    """However busy it is kept."""
    ended_at: Mapped[datetime | None]
    """When somebody signed out, or was taken off the list."""


class Organisation(Base):
    """Who a booker comes from, as the booker said."""

    __tablename__ = "organisations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(200))
    income_band: Mapped[IncomeBand | None] = mapped_column(word_of(IncomeBand))
    charity_number: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime]
