"""Which account a CSV file is of: it does not say, so a person names it once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.clock import Clock
from services.database import Database
from services.finance.bank.csv_mapping import CsvMapping
from services.finance.bank.storing import ONLY_ACCOUNT, Upload, UploadOutcome, upload_statement
from tests.builders.finance import ARRIVAL, Booked, as_csv, as_ofx

TEA = Booked(ARRIVAL, "-12.50", "Tea")
CAKE = Booked(ARRIVAL + timedelta(days=1), "-3.20", "Cake")
RENT = Booked(ARRIVAL + timedelta(days=2), "-1200.00", "Rent")
BY_NUMBER = CsvMapping("1", "2", amount="3")

Uploads = Callable[..., UploadOutcome]


@pytest.fixture
def uploads(database: Database, clock: Clock) -> Uploads:
    def upload(content: bytes, account: str | None = None, mapping: CsvMapping | None = None) -> UploadOutcome:
        return upload_statement(database, clock, Upload(content, "staff:test", account=account, mapping=mapping))

    return upload


def account_of(outcome: UploadOutcome) -> str:
    return outcome.statements[0].account


def test_an_account_that_was_named_once_is_that_of_files_with_the_same_columns(uploads: Uploads) -> None:
    uploads(as_csv([TEA]), account="12345678")
    later = uploads(as_csv([CAKE]))
    assert account_of(later) == "5678"
    both = uploads(as_ofx([TEA, CAKE, RENT]))
    assert (account_of(both), both.lines, both.known) == ("5678", 3, 2)
    assert uploads(as_csv([CAKE, RENT])).known == 2


def test_a_file_is_of_the_account_it_was_stored_for_whatever_was_named_since(uploads: Uploads) -> None:
    first = uploads(as_csv([TEA]))
    uploads(as_csv([CAKE]), account="Savings")
    again = uploads(as_csv([TEA]))
    assert (account_of(first), again.known, again.statements) == (ONLY_ACCOUNT, 1, first.statements)


def test_nothing_is_guessed_where_two_accounts_have_the_same_columns(uploads: Uploads) -> None:
    for account, line in (("Current", TEA), ("Savings", CAKE)):
        uploads(as_csv([line]), account=account)
    assert account_of(uploads(as_csv([RENT]))) == ONLY_ACCOUNT


def test_files_without_a_heading_are_each_for_itself(uploads: Uploads) -> None:
    first, later = (as_csv([line]).partition(b"\n")[2] for line in (TEA, CAKE))
    uploads(first, account="12345678", mapping=BY_NUMBER)
    assert account_of(uploads(later, mapping=BY_NUMBER)) == ONLY_ACCOUNT
