"""Bookings and enrolments."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.bookings.words import BookingStatus
from services.database import Base
from services.database.types import word_of
from services.people.models import Person
from services.people.words import IncomeBand
from services.sets.models import LearningSet
from services.sets.words import PaymentMethod


class Booking(Base):
    """What one booker asked for; price, VAT and terms are frozen here as they were then."""

    __tablename__ = "bookings"
    __table_args__ = (
        CheckConstraint("places >= 1", name="places_positive"),
        CheckConstraint("total_minor >= 0", name="total_not_negative"),
        Index("ix_bookings_learning_set_id", "learning_set_id", "status"),
        Index(
            "ix_bookings_held_until",
            "held_until",
            sqlite_where=text("status = 'awaiting_payment'"),
            postgresql_where=text("status = 'awaiting_payment'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    learning_set_id: Mapped[UUID] = mapped_column(ForeignKey("learning_sets.id"))
    price_id: Mapped[UUID] = mapped_column(ForeignKey("prices.id"))
    booker_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    booker_name: Mapped[str] = mapped_column(String(120))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("sites.id"))
    status: Mapped[BookingStatus] = mapped_column(word_of(BookingStatus))
    payment_method: Mapped[PaymentMethod] = mapped_column(word_of(PaymentMethod))
    places: Mapped[int]
    price_name: Mapped[str] = mapped_column(String(120))
    band: Mapped[IncomeBand | None] = mapped_column(word_of(IncomeBand))
    gross_minor: Mapped[int]
    """A place, VAT included."""
    net_minor: Mapped[int]
    total_minor: Mapped[int]
    """Gross of all places."""
    currency: Mapped[str] = mapped_column(String(3))
    vat_code: Mapped[str] = mapped_column(String(4))
    vat_rate_percent: Mapped[str] = mapped_column(String(8))
    vat_reason: Mapped[str | None] = mapped_column(String(200))
    nominal_code: Mapped[str] = mapped_column(String(20))
    cost_centre: Mapped[str | None] = mapped_column(String(20))
    terms_id: Mapped[UUID | None] = mapped_column(ForeignKey("terms.id"))
    ground_rules_id: Mapped[UUID | None] = mapped_column(ForeignKey("ground_rules.id"))
    accepted_at: Mapped[datetime]
    purchase_order: Mapped[str | None] = mapped_column(String(60))
    return_url: Mapped[str | None] = mapped_column(Text)
    held_until: Mapped[datetime | None]
    """None while a payment is on its way, and once nothing is held."""
    hold_extended: Mapped[bool] = mapped_column(default=False)
    payment_pending: Mapped[bool] = mapped_column(default=False)
    """The checkout is complete but the bank still sends the money: the place is kept."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]

    enrolments: Mapped[list[Enrolment]] = relationship(order_by="Enrolment.position", lazy="raise")
    learning_set: Mapped[LearningSet] = relationship(lazy="raise")
    booker: Mapped[Person] = relationship(lazy="raise")


class Enrolment(Base):
    """One person's place within a booking."""

    __tablename__ = "enrolments"
    __table_args__ = (
        UniqueConstraint("booking_id", "person_id"),
        Index("ix_enrolments_person_id", "person_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    """As the booker gave it."""
    answers: Mapped[dict[str, Any]]

    person: Mapped[Person] = relationship(lazy="raise")
