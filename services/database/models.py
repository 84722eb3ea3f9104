"""The permit without which an append-only row cannot be deleted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.database.base import Base


class PurgePermit(Base):
    """Written and removed in the one transaction that purges: retention's, or a test's."""

    __tablename__ = "purge_permits"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reason: Mapped[str]
    cut_off_at: Mapped[datetime]
