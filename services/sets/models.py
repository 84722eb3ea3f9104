"""Learning sets and what belongs to one."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.database import Base
from services.database.types import word_of
from services.people.words import IncomeBand
from services.sets.words import SessionStatus, SetFormat, SetMode, SetStatus


class Terms(Base):
    """One immutable version of booking terms, in Markdown."""

    __tablename__ = "terms"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class GroundRules(Base):
    """One immutable version of ground rules (confidentiality and the like), in Markdown."""

    __tablename__ = "ground_rules"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class LearningSet(Base):
    """A facilitated group with its dates, capacity and price list."""

    __tablename__ = "learning_sets"
    __table_args__ = (
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        CheckConstraint("taken <= capacity", name="taken_within_capacity"),
        Index("ix_learning_sets_listing", "status", "starts_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(String(500))
    description: Mapped[str] = mapped_column(Text)
    """Markdown."""
    theme: Mapped[str] = mapped_column(String(60))
    format: Mapped[SetFormat] = mapped_column(word_of(SetFormat))
    location: Mapped[str | None] = mapped_column(String(300))
    joining_link: Mapped[str | None] = mapped_column(String(500))
    """For enrolled people only; never in the catalogue."""
    language: Mapped[str] = mapped_column(String(10))
    timezone: Mapped[str] = mapped_column(String(60))
    """IANA name; sessions take place by its wall clock."""
    status: Mapped[SetStatus] = mapped_column(word_of(SetStatus))
    mode: Mapped[SetMode] = mapped_column(word_of(SetMode))
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    """Places confirmed, awaiting payment or offered; changed by `bookings.places` alone."""
    minimum_numbers: Mapped[int | None]
    decision_on: Mapped[date | None]
    starts_at: Mapped[datetime]
    """Start of the first session, kept for listing."""
    enrolment_opens_at: Mapped[datetime | None]
    enrolment_closes_at: Mapped[datetime | None]
    terms_id: Mapped[UUID | None] = mapped_column(ForeignKey("terms.id"))
    ground_rules_id: Mapped[UUID | None] = mapped_column(ForeignKey("ground_rules.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    """Of what the catalogue says, places left apart."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every change that staff make: who edits names the one they saw."""

    sessions: Mapped[list[SetSession]] = relationship(order_by="SetSession.number", lazy="raise")
    prices: Mapped[list[Price]] = relationship(order_by="Price.gross_minor", lazy="raise")
    facilitators: Mapped[list[Facilitator]] = relationship(order_by="Facilitator.position", lazy="raise")
    terms: Mapped[Terms | None] = relationship(lazy="raise")
    ground_rules: Mapped[GroundRules | None] = relationship(lazy="raise")


class FormerSlug(Base):
    """A slug that a set gave up; it leads to the set for as long as no other takes it."""

    __tablename__ = "former_slugs"

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    learning_set_id: Mapped[UUID] = mapped_column(ForeignKey("learning_sets.id"), index=True)


class SetSession(Base):
    """One dated meeting of a set."""

    __tablename__ = "set_sessions"
    __table_args__ = (UniqueConstraint("learning_set_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    learning_set_id: Mapped[UUID] = mapped_column(ForeignKey("learning_sets.id"))
    number: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    status: Mapped[SessionStatus] = mapped_column(word_of(SessionStatus))
    sequence: Mapped[int] = mapped_column(default=0)
    """RFC 5545 SEQUENCE: raised when the session moves or is dropped; its UID is its id for ever."""


class Price(Base):
    """One entry of a set's price list: what one place costs."""

    __tablename__ = "prices"
    __table_args__ = (
        CheckConstraint("gross_minor >= 0", name="gross_not_negative"),
        CheckConstraint("net_minor >= 0 AND net_minor <= gross_minor", name="net_within_gross"),
        Index("ix_prices_learning_set_id", "learning_set_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    learning_set_id: Mapped[UUID] = mapped_column(ForeignKey("learning_sets.id"))
    name: Mapped[str] = mapped_column(String(120))
    band: Mapped[IncomeBand | None] = mapped_column(word_of(IncomeBand))
    """Whom the price is for; None: anybody."""
    gross_minor: Mapped[int]
    """What is charged a place, VAT included, in minor units."""
    net_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    vat_code: Mapped[str] = mapped_column(String(4))
    """S20, R5, Z, E or O."""
    vat_rate_percent: Mapped[str] = mapped_column(String(8))
    """A decimal as text: `20`, `5`, `0`."""
    vat_reason: Mapped[str | None] = mapped_column(String(200))
    payment_methods: Mapped[list[str]]
    """Words of PaymentMethod."""
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    nominal_code: Mapped[str] = mapped_column(String(20))
    cost_centre: Mapped[str | None] = mapped_column(String(20))


class Facilitator(Base):
    """Who facilitates a set, as shown in the catalogue with their consent."""

    __tablename__ = "facilitators"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    learning_set_id: Mapped[UUID] = mapped_column(ForeignKey("learning_sets.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
