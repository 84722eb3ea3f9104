"""Migrated databases of both kinds: one shared by the tests of a process, and copies for tests that start processes."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Literal
from uuid import uuid4

from sqlalchemy import URL, create_engine, delete, insert

from services import migrations
from services.database import Database
from services.database.models import PurgePermit
from services.jobs import tables as dbos_tables
from services.tables import Base
from tests.postgres import running_postgres

Kind = Literal["sqlite", "postgresql"]


@dataclass
class Databases:
    """Makes each thing when a test first asks for it; `closing` undoes them all."""

    folder: Path
    closing: ExitStack
    _shared: dict[Kind, Database] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=count)

    def fresh(self, kind: Kind, folder: Path) -> str:
        """The address of an empty migrated database, DBOS's tables included, that nobody else uses."""
        if kind == "sqlite":
            path = folder / f"setlist-{next(self._numbers)}.sqlite3"
            shutil.copy(self._sqlite_template, path)
            return f"sqlite:///{path}"
        return self._create(template=self._postgres_template).render_as_string(hide_password=False)

    def without_tables(self, kind: Kind, folder: Path) -> str:
        """The address of a database that was never migrated."""
        if kind == "sqlite":
            return f"sqlite:///{folder / f'bare-{next(self._numbers)}.sqlite3'}"
        return self._create(template=None).render_as_string(hide_password=False)

    def shared(self, kind: Kind) -> Database:
        """The one that tests take in turns, emptied."""
        if kind not in self._shared:
            self._shared[kind] = Database(self.fresh(kind, self.folder))
            self.closing.callback(self._shared[kind].dispose)
        empty(self._shared[kind])
        return self._shared[kind]

    @cached_property
    def _sqlite_template(self) -> Path:
        path = self.folder / "template.sqlite3"
        _migrate(f"sqlite:///{path}")
        return path

    @cached_property
    def _postgres_template(self) -> URL:
        url = self._create(template=None)
        _migrate(url.render_as_string(hide_password=False))
        return url

    @cached_property
    def _postgres(self) -> URL:
        return self.closing.enter_context(running_postgres())

    def _create(self, template: URL | None) -> URL:
        name = f"setlist_test_{uuid4().hex}"
        self._administer(f"CREATE DATABASE {name} TEMPLATE {template.database if template else 'template0'}")
        self.closing.callback(self._administer, f"DROP DATABASE {name} WITH (FORCE)")
        return self._postgres.set(database=name)

    def _administer(self, statement: str) -> None:
        engine = create_engine(self._postgres, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()


def empty(database: Database) -> None:
    """Delete every row: 0.2 ms a few dozen tables, where TRUNCATE takes 9."""
    permit = Base.metadata.tables[PurgePermit.__tablename__]
    others = [table for table in reversed(Base.metadata.sorted_tables) if table is not permit]
    with database.writing() as session:
        session.execute(insert(permit).values(id=uuid4(), reason="test", cut_off_at=datetime(2100, 1, 1, tzinfo=UTC)))
        for table in (*others, permit):
            session.execute(delete(table))


def _migrate(url: str) -> None:
    migrations.upgrade(url)
    dbos_tables.migrate(url)
