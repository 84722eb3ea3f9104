"""What alembic runs: finds the database, compares with the models, migrates in one transaction."""

from __future__ import annotations

import os
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import MigrationScript
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Enum, event

from services.database import Database
from services.database.types import UtcDateTime
from services.tables import Base

DBOS_TABLES = frozenset(
    {
        "application_versions",
        "dbos_migrations",
        "notifications",
        "operation_outputs",
        "queues",
        "streams",
        "workflow_events",
        "workflow_events_history",
        "workflow_input",
        "workflow_output",
        "workflow_schedules",
        "workflow_status",
    }
)
"""Beside ours on SQLite; on PostgreSQL they have a schema of their own."""

MIGRATION_LOCK = 7_310_774_225
"""Any number, the same for ever: two machines that migrate PostgreSQL at once take turns."""


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    return not (kind == "table" and name in DBOS_TABLES)


def plain_type(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Our column types as SQLAlchemy's own: a migration must not change when the models' classes do."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


def number_it(migration: MigrationContext, _revision: Any, scripts: list[MigrationScript]) -> None:
    """Call a new migration 0001, 0002, ... in place of a random number."""
    head = ScriptDirectory(migration.opts["script"].dir).get_current_head()
    scripts[0].rev_id = f"{int(head or 0) + 1:04}"


def database_url() -> str:
    """From who called us, else `-x url=...`, else DATABASE_URL: no other setting is needed to migrate."""
    given = context.config.attributes.get("database_url") or context.get_x_argument(as_dictionary=True).get("url")
    return str(given or os.environ["DATABASE_URL"])


def migrate(connection: Connection, *, is_sqlite: bool) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transactional_ddl=True,  # SQLite too rolls back a half-made table, for we say BEGIN ourselves
        include_name=is_ours,
        render_item=plain_type,
        process_revision_directives=number_it,
    )
    with context.begin_transaction():
        if not is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
        context.run_migrations()
        if is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise RuntimeError(f"foreign keys broken by the migration: {broken}")


def foreign_keys_off(connection: Any, _record: Any) -> None:
    """Before any BEGIN, after which it would be ignored: while on, a batch ALTER of a parent deletes its children."""
    connection.execute("PRAGMA foreign_keys = OFF")


def main() -> None:
    database = Database(database_url())
    try:
        if database.is_sqlite:
            event.listen(database.engine, "connect", foreign_keys_off)
        with database.engine.connect() as connection:
            migrate(connection, is_sqlite=database.is_sqlite)
            connection.commit()
    finally:
        database.dispose()


main()
