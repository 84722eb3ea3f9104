"""Engines set up the way that neither oversells nor dead-locks, and the two kinds of transaction."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError
from sqlalchemy.orm import Session, sessionmaker

from services.errors import DomainError, Kind

SQLITE_OUTAGES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
    }
)
SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=8000", "foreign_keys=ON")
WRITE_LOCK_SECONDS = 8.0
WRITE_LOCK_PAUSE_SECONDS = 0.005
POOL_SECONDS = 10.0


class DatabaseBusy(DomainError):
    """The database is locked, full or out of reach; nothing was written."""

    code: ClassVar[str] = "database-unavailable"
    title: ClassVar[str] = "The database cannot take this right now; nothing was changed"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE


@dataclass(frozen=True)
class Pool:
    """How many connections are kept, as many more are opened at need, and how long one is waited for."""

    size: int
    seconds: float


class Database:
    """Hands out transactions: commit on a clean exit, roll back on any other."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 5,
        pool_seconds: float = POOL_SECONDS,
        write_lock_seconds: float = WRITE_LOCK_SECONDS,
    ) -> None:
        """How long a transaction waits: `pool_seconds` for a connection, `write_lock_seconds` for SQLite's one lock."""
        self.engine = _engine(url, Pool(pool_size, pool_seconds), write_lock_seconds)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._readers = sessionmaker(self._reading_engine(), expire_on_commit=False, autoflush=False)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that may change things; on SQLite it holds the write lock from its first statement."""
        with _outages_named(), self._sessions.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that sees one moment throughout, and in which the database itself refuses every write."""
        with _outages_named(), self._readers.begin() as session:
            if self.is_sqlite:
                connection = session.connection()
                connection.exec_driver_sql("PRAGMA query_only = ON")
                try:
                    yield session
                finally:
                    connection.exec_driver_sql("PRAGMA query_only = OFF")
            else:
                yield session

    def dispose(self) -> None:
        self.engine.dispose()

    def _reading_engine(self) -> Engine:
        """On PostgreSQL a reader asks for its one moment; on SQLite every transaction has it."""
        if self.is_sqlite:
            return self.engine.execution_options(sqlite_begin="DEFERRED")
        return self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


@contextmanager
def _outages_named() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise DatabaseBusy from error
    except DBAPIError as error:
        if error.connection_invalidated or _is_outage(error):
            raise DatabaseBusy from error
        raise


def _is_outage(error: DBAPIError) -> bool:
    """Whether the database could not, rather than would not: a missing table or a refused write is our own mistake."""
    if not isinstance(error, OperationalError):
        return False
    if isinstance(error.orig, sqlite3.OperationalError):
        return (error.orig.sqlite_errorcode & 0xFF) in SQLITE_OUTAGES
    return True


def _engine(url: str, pool: Pool, write_lock_seconds: float) -> Engine:
    options: dict[str, Any] = {
        "pool_size": pool.size,
        "max_overflow": pool.size,
        "pool_timeout": pool.seconds,
        "json_serializer": lambda value: orjson.dumps(value).decode(),
        "json_deserializer": orjson.loads,
    }
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=False, **options)
    engine = create_engine(url, connect_args={"check_same_thread": False}, **options)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", lambda connection: _begin_sqlite(connection, write_lock_seconds))
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in SQLITE_PRAGMAS:
        connection.execute("PRAGMA " + pragma)


def _begin_sqlite(connection: Connection, write_lock_seconds: float) -> None:
    if connection.get_execution_options().get("sqlite_begin") == "DEFERRED":
        connection.exec_driver_sql("BEGIN DEFERRED")
        return
    # SQLite's own waiting sleeps longer and longer, up to 100 ms: who has waited long asks seldom and finds newcomers
    # ahead, and the lock lies idle in between. Asked for at one even pace it goes round.
    deadline = time.monotonic() + write_lock_seconds
    raw: Any = connection.connection.dbapi_connection
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        while not _takes_write_lock(raw) and time.monotonic() < deadline:
            time.sleep(WRITE_LOCK_PAUSE_SECONDS)
        if not raw.in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql("PRAGMA busy_timeout=8000")


def _takes_write_lock(connection: Any) -> bool:
    """Ask once; any trouble but a busy lock is the caller's to find."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        return (error.sqlite_errorcode & 0xFF) != sqlite3.SQLITE_BUSY
    return True
