"""Append-only tables, held by triggers on both databases; every migration ends by making them anew.

Alembic's batch mode drops a SQLite table's triggers without an error, hence `create_all_triggers` rather than once.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect

APPEND_ONLY = ("audit_entries", "consent_records")
"""UPDATE is refused for ever; DELETE only while a `purge_permits` row exists."""


def create_all_triggers(connection: Connection) -> None:
    """(Re)create the triggers of every append-only table that exists by now."""
    existing = set(inspect(connection).get_table_names())
    if "purge_permits" not in existing:
        return
    make = _for_sqlite if connection.dialect.name == "sqlite" else _for_postgresql
    for table in APPEND_ONLY:
        if table in existing:
            for statement in make(table):
                connection.exec_driver_sql(statement)


def trigger_names(table: str) -> tuple[str, str]:
    return f"{table}_never_updated", f"{table}_deleted_by_permit"


def _for_sqlite(table: str) -> list[str]:
    updated, deleted = trigger_names(table)
    return [
        f"DROP TRIGGER IF EXISTS {updated}",
        f"DROP TRIGGER IF EXISTS {deleted}",
        f"CREATE TRIGGER {updated} BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        f"CREATE TRIGGER {deleted} BEFORE DELETE ON {table}"  # noqa: S608 - our own table names
        " WHEN NOT EXISTS (SELECT 1 FROM purge_permits)"
        f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    ]


def _for_postgresql(table: str) -> list[str]:
    updated, deleted = trigger_names(table)
    return [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN"
        "   IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM purge_permits) THEN RETURN OLD; END IF;"
        "   RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only', ERRCODE = 'restrict_violation';"
        " END $$",
        f"DROP TRIGGER IF EXISTS {updated} ON {table}",
        f"DROP TRIGGER IF EXISTS {deleted} ON {table}",
        f"CREATE TRIGGER {updated} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER {deleted} BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    ]
