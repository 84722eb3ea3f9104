"""Idempotent requests, spent form tokens, and what is counted against abuse."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base


class IdempotentRequest(Base):
    """One request under one key: running until `lease_until`, or finished with its stored result."""

    __tablename__ = "idempotent_requests"

    principal: Mapped[str] = mapped_column(String(80), primary_key=True)
    route: Mapped[str] = mapped_column(String(120), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[UUID]
    """What the request makes: known from the start, so that a retry finds it."""
    started_at: Mapped[datetime]
    lease_until: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]
    """The journey's frozen result, without secrets; first answer and replay are dumped from it."""


class AddressStamp(Base):
    """One letter of a capped kind queued to one address; kept 31 days."""

    __tablename__ = "address_stamps"
    __table_args__ = (Index("ix_address_stamps_lookup", "kind", "address_hash", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    address_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    """When its link was followed through: the pause between two letters ends then, the longer caps go on."""


class SpentNonce(Base):
    """A form token that served its request; kept until the token expires, so that it serves no other."""

    __tablename__ = "spent_nonces"

    nonce: Mapped[str] = mapped_column(String(32), primary_key=True)
    request_sha256: Mapped[str] = mapped_column(String(64))
    """Names the request that it served: repeats of the same are let through."""
    expires_at: Mapped[datetime] = mapped_column(index=True)


class RequestCount(Base):
    """How much an address or a network asked for within one window; kept a day."""

    __tablename__ = "request_counts"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Keyed hash of a mail address, or of the address a request came from."""
    window_began_at: Mapped[datetime] = mapped_column(primary_key=True, index=True)
    count: Mapped[int]
