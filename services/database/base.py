"""The declarative base: every constraint gets a predictable name, every column one of our types."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, MetaData, Uuid
from sqlalchemy.orm import DeclarativeBase

from services.database.types import UtcDateTime


class Base(DeclarativeBase):
    """Every table inherits from here.

    Whether a column is personal stands in its area's `personal_data.py`: the house's tests insist.
    """

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        UUID: Uuid(),
        list[str]: JSON(),
        dict[str, Any]: JSON(),
    }
