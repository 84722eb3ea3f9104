"""Sites and staff keys."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base


class Site(Base):
    """A website that may do what a visitor may."""

    __tablename__ = "sites"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    publishable_key: Mapped[str] = mapped_column(String(80), unique=True)
    """Public by nature: it stands in the website's HTML."""
    origins: Mapped[list[str]]
    """Exact origins, `https://host[:port]`, from which a browser may use the key and to which it may return."""
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class StaffKey(Base):
    """A secret key, shown once and stored as its SHA-256."""

    __tablename__ = "staff_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    key_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
