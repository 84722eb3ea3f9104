"""Which statements say that a payout should have been at the bank."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.clock import Clock
from services.database import Database
from services.finance.arrivals import last_day_at_bank, list_not_at_bank
from services.finance.bank.storing import Upload, upload_statement
from tests.builders.finance import ARRIVAL, Booked, a_payout, as_csv

LATER = ARRIVAL + timedelta(days=30)


class Bank:
    """Where statements of several accounts are uploaded."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    def shows(self, account: str, *lines: Booked) -> None:
        upload_statement(self.database, self.clock, Upload(as_csv(lines), "staff:test", account=account))

    def covers(self, account: str, first: date, last: date) -> None:
        self.shows(account, Booked(first, "1.00", account), Booked(last, "2.00", account))

    def missing(self) -> list[str | None]:
        with self.database.reading() as session:
            return [each.payout_id for each in list_not_at_bank(session)]


@pytest.fixture
def bank(database: Database, clock: Clock) -> Bank:
    """One at which a payout arrived in the account called Main, and another should have, a month later."""
    with database.writing() as session:
        a_payout(session, "po_1")
        a_payout(session, "po_2", arrival_on=LATER)
    made = Bank(database, clock)
    made.shows("Main", Booked(ARRIVAL, "492.00", "STRIPE PAYMENTS UK"))
    assert made.missing() == []
    return made


def test_an_account_at_which_no_payout_arrives_says_nothing_of_any(bank: Bank) -> None:
    bank.covers("Savings", LATER, last_day_at_bank(LATER))
    assert bank.missing() == []
    bank.covers("Main", LATER, last_day_at_bank(LATER))
    assert bank.missing() == ["po_2"]


def test_two_accounts_do_not_cover_for_each_other(bank: Bank) -> None:
    with bank.database.writing() as session:
        a_payout(session, "po_3", amount_minor=500)
    bank.shows("Second", Booked(ARRIVAL, "5.00", "STRIPE PAYMENTS UK"))
    bank.covers("Main", LATER, LATER + timedelta(days=1))
    bank.covers("Second", LATER + timedelta(days=2), last_day_at_bank(LATER))
    assert bank.missing() == []


def test_where_no_payout_has_arrived_yet_any_account_may_be_the_one(database: Database, clock: Clock) -> None:
    bank = Bank(database, clock)
    with database.writing() as session:
        a_payout(session, "po_1")
    bank.covers("Current", ARRIVAL, last_day_at_bank(ARRIVAL))
    assert bank.missing() == ["po_1"]
