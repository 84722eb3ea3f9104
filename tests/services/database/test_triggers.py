"""Append-only tables, on both databases."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.audit.log import Change, record
from services.audit.models import AuditEntry
from services.clock import Clock
from services.database import Database
from services.database.models import PurgePermit
from services.database.triggers import APPEND_ONLY, SEALING, trigger_names
from tests.builders.dates import LONG_AGO
from tests.databases import Kind

TRIGGERS_OF = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = 'public'",
}


@pytest.fixture
def an_entry(database: Database, clock: Clock) -> UUID:
    with database.writing() as session:
        record(session, Change("staff", "set.published", "set", uuid4()), at=clock.now())
    with database.reading() as session:
        return session.scalars(select(AuditEntry.id)).one()


def test_every_append_only_table_has_its_triggers_after_migrating(database: Database, database_kind: Kind) -> None:
    with database.reading() as session:
        names = session.scalars(text(TRIGGERS_OF[database_kind])).all()
    assert sorted(names) == sorted([*SEALING, *(name for table in APPEND_ONLY for name in trigger_names(table))])


@pytest.mark.usefixtures("an_entry")
def test_an_entry_is_never_updated(database: Database) -> None:
    with pytest.raises(IntegrityError, match="append-only"), database.writing() as session:
        session.execute(update(AuditEntry).values(actor="somebody else"))


@pytest.mark.usefixtures("an_entry")
def test_a_permit_is_for_deleting_not_for_updating(database: Database) -> None:
    with database.writing() as session:
        permit(session)
        with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
            session.execute(update(AuditEntry).values(actor="somebody else"))


def test_an_entry_is_not_deleted_without_a_permit(database: Database, an_entry: UUID) -> None:
    with pytest.raises(IntegrityError, match="append-only"), database.writing() as session:
        session.execute(delete(AuditEntry))
    with database.reading() as session:
        assert session.get(AuditEntry, an_entry) is not None


@pytest.mark.usefixtures("an_entry")
def test_an_entry_is_deleted_under_a_permit_of_the_same_transaction(database: Database) -> None:
    with database.writing() as session:
        permit(session)
        session.execute(delete(AuditEntry))
        session.execute(delete(PurgePermit))
    with database.reading() as session:
        assert session.scalars(select(AuditEntry.id)).all() == []


def permit(session: Session) -> None:
    session.add(PurgePermit(id=uuid4(), reason="retention", cut_off_at=LONG_AGO))
    session.flush()
