"""The effects' one table."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Index, String, Text, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base
from services.database.types import word_of
from services.effects.kinds import EffectKind


class EffectStatus(StrEnum):
    NEW = "new"
    RELAYED = "relayed"
    DONE = "done"
    FAILED = "failed"


class Effect(Base):
    """One thing that must still happen, or has happened."""

    __tablename__ = "effects"
    __table_args__ = (
        Index(
            "ix_effects_new",
            "due_at",
            sqlite_where=text("status = 'new'"),
            postgresql_where=text("status = 'new'"),
        ),
        Index(
            "ix_effects_relayed",
            "relayed_at",
            sqlite_where=text("status = 'relayed'"),
            postgresql_where=text("status = 'relayed'"),
        ),
    )

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    """Unique for good: the same cause never has its effect twice."""
    kind: Mapped[EffectKind] = mapped_column(word_of(EffectKind))
    payload: Mapped[dict[str, Any]]
    """Ids only."""
    status: Mapped[EffectStatus] = mapped_column(word_of(EffectStatus))
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    relayed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    attempt: Mapped[int] = mapped_column(default=1)
    """Raised by every retry, the worker's or staff's; part of the workflow's id."""
    problem: Mapped[str | None] = mapped_column(Text)
    """Class of the last error, for staff; never its text, which may hold an address."""


# Written out, not bound: neither database uses the partial index for a value that it does not see when it plans.
IS_NEW: ColumnElement[bool] = Effect.status == literal_column(f"'{EffectStatus.NEW.value}'")
IS_RELAYED: ColumnElement[bool] = Effect.status == literal_column(f"'{EffectStatus.RELAYED.value}'")
