"""Suppressions, and the canary that notices a lost pepper."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base


class Suppression(Base):
    """One address (by keyed hash) that said no, until its epoch ends."""

    __tablename__ = "suppressions"
    __table_args__ = (Index("ix_suppressions_address_hash", "address_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    address_hash: Mapped[str] = mapped_column(String(64))
    scope: Mapped[str] = mapped_column(String(60))
    """`marketing`: all of it."""
    reason: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(40))
    suppressed_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    """When a confirmed double opt-in, started later than `suppressed_at`, opened a new epoch."""


class PepperCanary(Base):
    """One row: a proof made with the pepper, compared at every start."""

    __tablename__ = "pepper_canaries"

    id: Mapped[int] = mapped_column(primary_key=True)
    proof: Mapped[str] = mapped_column(String(64))
