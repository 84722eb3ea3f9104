"""A database from before the journal is upgraded, and its money comes to 0.00."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, insert, inspect, select

from api.sandbox.stripe.payments import fail_refund
from services import migrations
from services.database import Base, Database
from services.effects.kinds import EffectKind
from services.finance.calendar_month import Month
from services.finance.months import summarise_month
from services.journeys.post_earlier_money import post_earlier_money, queue_earlier_money
from services.journeys.settle_refund import settle_refund
from services.ledger.accounts import trial_balance
from services.ledger.chart import AccountKey
from services.ledger.models import JournalEntry, JournalLine
from tests.builders.entries import effective_days
from tests.databases import Databases, Kind
from tests.worlds import World

BEFORE_THE_JOURNAL = "0003"
PRICE = 18_000


@pytest.fixture
def old_database(databases: Databases, database_kind: Kind, tmp_path: Path) -> Iterator[Database]:
    """A database as it was before there was a journal."""
    url = databases.without_tables(database_kind, tmp_path)
    migrations.upgrade(url, BEFORE_THE_JOURNAL)
    database = Database(url)
    yield database
    database.dispose()


def fill(old: Database, world: World) -> None:
    """Give it the rows of a life that was lived in `world`."""
    seen = inspect(old.engine)
    there = {name: {column["name"] for column in seen.get_columns(name)} for name in seen.get_table_names()}
    tables = [table for table in Base.metadata.sorted_tables if table.name in there]
    with world.database.reading() as ours, old.writing() as session:
        for table in tables:
            columns = [column for column in table.columns if column.name in there[table.name]]
            rows = [dict(row._mapping) for row in ours.execute(select(*columns))]
            if rows:
                session.execute(insert(table), rows)


def live(world: World) -> None:
    """Three payments, a refund of a part of one, and a refund of another that failed: either may be posted first."""
    learning_set = world.a_set()
    for _ in range(2):
        world.pays(world.book(learning_set).session_id)
    world.settle()
    world.refunds_in_dashboard(4_999)
    world.passes(days=2)
    world.pays(world.book(learning_set).session_id)
    world.settle()
    fail_refund(world.account, world.refunds_in_dashboard(2_000))
    world.passes(days=2)
    world.settle()


def entries(database: Database) -> tuple[int, int]:
    with database.reading() as session:
        lines, made = select(func.count(JournalLine.id)), select(func.count(JournalEntry.id))
        return session.scalar(lines) or 0, session.scalar(made) or 0


def test_a_payment_of_which_a_refund_was_posted_first_is_posted_too(world: World, old_database: Database) -> None:
    world.pays(world.book(world.a_set()).session_id)
    world.settle()
    fill(old_database, world)
    migrations.upgrade(old_database.engine.url.render_as_string(hide_password=False))
    upgraded = replace(world, outside=replace(world.outside, database=old_database))
    settle_refund(upgraded.outside, upgraded.refunds_in_dashboard(5_000))
    post_earlier_money(upgraded.outside, "all")
    upgraded.imports()
    assert upgraded.broken_promises() == []


def test_what_was_stored_before_the_journal_is_posted_once_and_explained(world: World, old_database: Database) -> None:
    live(world)
    fill(old_database, world)
    migrations.upgrade(old_database.engine.url.render_as_string(hide_password=False))
    upgraded = replace(world, outside=replace(world.outside, database=old_database))
    queue_earlier_money(upgraded.outside)
    queue_earlier_money(upgraded.outside)
    assert upgraded.queued(EffectKind.POST_EARLIER_MONEY) == 1
    upgraded.work(EffectKind.POST_EARLIER_MONEY, EffectKind.SETTLE_REFUND)
    posted = entries(old_database)
    assert posted == entries(world.database)
    assert effective_days(upgraded) == effective_days(world)
    post_earlier_money(upgraded.outside, "all")
    assert entries(old_database) == posted
    assert upgraded.broken_promises() == []
    with old_database.reading() as session:
        found = {each.account.key: each.balance.amount_minor for each in trial_balance(session, at=date(2100, 1, 1))}
        month = summarise_month(session, Month(upgraded.outside.clock.now().date().replace(day=1)))
    assert found[AccountKey.CUSTOMER_CREDIT] == -2_000
    assert month.unexplained.amount_minor == 0
    assert month.totals.payments.amount_minor == 3 * PRICE
