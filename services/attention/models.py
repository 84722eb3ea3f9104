"""Items that wait for staff."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.attention.words import AttentionKind
from services.database import Base
from services.database.types import word_of


class AttentionItem(Base):
    """One matter for staff, open until somebody closes it."""

    __tablename__ = "attention_items"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[AttentionKind] = mapped_column(word_of(AttentionKind))
    subject: Mapped[str] = mapped_column(String(200))
    """What it is about: an id or an effect's key."""
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(80))
