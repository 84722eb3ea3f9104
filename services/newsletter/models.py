"""Topics, wordings, subscriptions, consent and what visitors asked for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.database import Base
from services.database.types import word_of
from services.newsletter.words import AddressWish, ConsentAction, ConsentMethod, LawfulBasis, SubscriptionStatus


class Topic(Base):
    """Something one may read about."""

    __tablename__ = "topics"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(String(300))
    lawful_basis: Mapped[LawfulBasis] = mapped_column(word_of(LawfulBasis))
    position: Mapped[int]


class Wording(Base):
    """The text a person agreed to: immutable, with its hash and language."""

    __tablename__ = "wordings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    text_sha256: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(10))
    privacy_notice_version: Mapped[str] = mapped_column(String(40))
    in_force_from: Mapped[datetime]


class SignUpRequest(Base):
    """What a visitor typed, the same row for every address; the worker looks the address up."""

    __tablename__ = "sign_up_requests"
    __table_args__ = (Index("ix_sign_up_requests_address_hash", "address_hash", "requested_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    address_hash: Mapped[str] = mapped_column(String(64))
    name: Mapped[str | None] = mapped_column(String(120))
    topics: Mapped[list[str]]
    wording_id: Mapped[UUID] = mapped_column(ForeignKey("wordings.id"))
    form_id: Mapped[str] = mapped_column(String(80))
    """Which form: `api:{site}`, `booking:{site}` or `preference_page`."""
    page_origin: Mapped[str | None] = mapped_column(String(300))
    requested_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    """None too while a cap on letters to this address makes it wait."""


class AddressRequest(Base):
    """A typed address that asks for its preference link or to leave; one row, whatever the address is."""

    __tablename__ = "address_requests"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    address_hash: Mapped[str] = mapped_column(String(64))
    wish: Mapped[AddressWish] = mapped_column(word_of(AddressWish))
    requested_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]


class Subscription(Base):
    """One person's newsletter; local truth, of which Mailchimp is a mirror."""

    __tablename__ = "subscriptions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    address_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str | None] = mapped_column(String(120))
    """As given with a sign-up that was confirmed: what a stranger typed never gets here."""
    status: Mapped[SubscriptionStatus] = mapped_column(word_of(SubscriptionStatus))
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every change that Mailchimp must learn."""
    pushed_version: Mapped[int] = mapped_column(default=0)
    """The last version that Mailchimp took, or refused for good."""
    push_lease_until: Mapped[datetime | None]
    """While it lies ahead one worker is telling Mailchimp."""
    asked_by_mailchimp_at: Mapped[datetime | None]
    """When Mailchimp, which would not take this person back itself, was had to ask them; once for each confirmation."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]

    topics: Mapped[list[SubscriptionTopic]] = relationship(
        order_by="SubscriptionTopic.topic_slug", lazy="raise", cascade="all, delete-orphan"
    )


class SubscriptionTopic(Base):
    """A topic the person reads."""

    __tablename__ = "subscription_topics"

    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscriptions.id"), primary_key=True)
    topic_slug: Mapped[str] = mapped_column(ForeignKey("topics.slug"), primary_key=True)


class LeaveLink(Base):
    """The hash of an unsubscribe id; outlives the subscription, so that an old mail's link still answers."""

    __tablename__ = "leave_links"

    id_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    subscription_id: Mapped[UUID | None] = mapped_column(ForeignKey("subscriptions.id"), index=True)


class Confirmation(Base):
    """A double opt-in under way: the mailed token's hash and what it would confirm."""

    __tablename__ = "confirmations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscriptions.id"), index=True)
    name: Mapped[str | None] = mapped_column(String(120))
    topics: Mapped[list[str]]
    wording_id: Mapped[UUID] = mapped_column(ForeignKey("wordings.id"))
    form_id: Mapped[str] = mapped_column(String(80))
    page_origin: Mapped[str | None] = mapped_column(String(300))
    requested_at: Mapped[datetime]
    """When the person asked: an opt-in lifts only suppressions older than this."""
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ConsentRecord(Base):
    """Who agreed to or refused what, when, how, and what they were told: append-only, one chain a subscription."""

    __tablename__ = "consent_records"
    __table_args__ = (Index("uq_consent_records_chain", "subscription_id", "number", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    subscription_id: Mapped[UUID]
    number: Mapped[int]
    """1, 2, 3 ... within the subscription."""
    subject_hash: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(20))
    topic: Mapped[str] = mapped_column(String(60))
    lawful_basis: Mapped[LawfulBasis] = mapped_column(word_of(LawfulBasis))
    action: Mapped[ConsentAction] = mapped_column(word_of(ConsentAction))
    at: Mapped[datetime]
    wording_id: Mapped[UUID | None] = mapped_column(ForeignKey("wordings.id"))
    privacy_notice_version: Mapped[str | None] = mapped_column(String(40))
    form_id: Mapped[str | None] = mapped_column(String(80))
    page_origin: Mapped[str | None] = mapped_column(String(300))
    method: Mapped[ConsentMethod] = mapped_column(word_of(ConsentMethod))
    token_sha256: Mapped[str | None] = mapped_column(String(64))
    actor: Mapped[str] = mapped_column(String(80))
    previous_sha256: Mapped[str | None] = mapped_column(String(64))
    record_sha256: Mapped[str] = mapped_column(String(64))
