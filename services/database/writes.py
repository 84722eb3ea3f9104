"""Inserts whose repetition is no error, on both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.database.base import Base


def insert_once(session: Session, table: type[Base], **values: Any) -> bool:
    """Insert a row unless its key is there already; says whether it was inserted."""
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    once = insert.values(**values).on_conflict_do_nothing()
    # Without the option psycopg's count of an INSERT is thrown away, and every answer would be False.
    result = session.connection().execute(once, execution_options={"preserve_rowcount": True})
    return bool(result.rowcount == 1)
