"""Two balance transactions told of one entry before that was refused; the upgrade leaves it to the first."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from services import migrations
from services.database import Database
from services.finance.models import BalanceTransaction
from services.ledger.chart import AccountKey
from services.ledger.journal import Entry, Line, Source, post
from services.ledger.words import SourceType
from services.money import Money
from tests.builders.dates import LONG_AGO
from tests.databases import Databases, Kind

BEFORE = "0008"


def test_the_first_keeps_the_entry_and_the_others_are_unposted(
    databases: Databases, database_kind: Kind, tmp_path: Path
) -> None:
    url = databases.without_tables(database_kind, tmp_path)
    migrations.upgrade(url, BEFORE)
    database = Database(url)
    taken = Entry(
        Source(SourceType.PAYMENT, "payment_1", "taken"),
        LONG_AGO.date(),
        (Line(AccountKey.STRIPE_CLEARING, Money(500, "GBP")), Line(AccountKey.DEFERRED_INCOME, Money(-500, "GBP"))),
        "test",
        "test",
    )
    with database.writing() as session:
        entry_id = post(session, taken, now=LONG_AGO)
        for number in (3, 1, 2):
            transaction = a_charge(number)
            transaction.entry_id = entry_id
            session.add(transaction)
    migrations.upgrade(url)
    with database.reading() as session:
        told = select(BalanceTransaction.id, BalanceTransaction.entry_id).order_by(BalanceTransaction.id)
        assert [tuple(row) for row in session.execute(told)] == [("txn_1", entry_id), ("txn_2", None), ("txn_3", None)]
    database.dispose()


def a_charge(number: int) -> BalanceTransaction:
    """The first two were made in the same moment."""
    return BalanceTransaction(
        id=f"txn_{number}",
        type="charge",
        reporting_category="charge",
        gross_minor=500,
        fee_minor=0,
        net_minor=500,
        currency="GBP",
        fee_details=[],
        created_at=LONG_AGO + timedelta(seconds=number // 3),
        available_on=LONG_AGO.date(),
        source_id="ch_1",
        imported_at=LONG_AGO,
    )
