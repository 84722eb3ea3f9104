"""Accounts that are given one code at the same moment: one has it, the others are told; one account may be both's."""

from __future__ import annotations

from functools import partial

from services.database import Database
from services.ledger.accounts import change_account, list_accounts
from services.ledger.chart import AccountKey, ChartAccount
from services.ledger.errors import AccountCodeTaken
from tests.builders.dates import LONG_AGO
from tests.races.at_once import at_once

CODE = "1299"


def give(database: Database, key: AccountKey) -> bool:
    try:
        with database.writing() as session:
            change_account(session, ChartAccount(key, CODE, "Stripe"), actor="a test", now=LONG_AGO)
    except AccountCodeTaken:
        return False
    return True


def test_of_accounts_given_one_code_at_once_one_has_it(database: Database) -> None:
    assert sum(at_once([partial(give, database, key) for key in AccountKey])) == 1
    with database.reading() as session:
        assert sum(each.code == CODE for each in list_accounts(session).values()) == 1


def test_an_account_may_be_given_its_code_twice_at_once(database: Database) -> None:
    assert at_once([partial(give, database, AccountKey.BANK)] * 4) == [True] * 4
