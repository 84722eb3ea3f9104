"""The chart of accounts as the organisation has it, and what each account holds at a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.audit.log import Change, record
from services.database.turns import take_turns_about
from services.ledger.chart import CHART, AccountKey, ChartAccount
from services.ledger.errors import AccountCodeTaken
from services.ledger.models import Account, JournalLine
from services.money import Money


@dataclass(frozen=True)
class Balance:
    """What an account holds: positive is a debit balance."""

    account: ChartAccount
    balance: Money


def list_accounts(session: Session) -> dict[AccountKey, ChartAccount]:
    """Every account under the code and name that it has now."""
    changed = {each.key: ChartAccount(each.key, each.code, each.name) for each in session.scalars(select(Account))}
    return {key: changed.get(key, account) for key, account in CHART.items()}


def change_account(session: Session, wanted: ChartAccount, *, actor: str, now: datetime) -> None:
    """Give an account the code and name that it has in the organisation's own books.

    Raises AccountCodeTaken where another account has that code.
    """
    take_turns_about(session, "the chart of accounts")
    chart = list_accounts(session)
    if any(other.code == wanted.code for other in chart.values() if other.key is not wanted.key):
        raise AccountCodeTaken(wanted.code)
    before = chart[wanted.key]
    session.merge(Account(key=wanted.key, code=wanted.code, name=wanted.name, changed_at=now))
    session.flush()
    facts = {"account": wanted.key, "from": [before.code, before.name], "to": [wanted.code, wanted.name]}
    change = Change(actor, "account.changed", "account", uuid5(NAMESPACE_OID, wanted.key), facts)
    record(session, change, at=now)


def trial_balance(session: Session, *, at: date) -> list[Balance]:
    """Every account's balance at the end of that day, a row a currency, by code; each currency sums to zero."""
    accounts = list_accounts(session)
    sums = (
        select(JournalLine.account, JournalLine.currency, func.sum(JournalLine.amount_minor))
        .where(JournalLine.effective_on <= at)
        .group_by(JournalLine.account, JournalLine.currency)
    )
    balances = [
        Balance(accounts[account], Money(int(amount), currency)) for account, currency, amount in session.execute(sums)
    ]
    return sorted(balances, key=lambda each: (each.account.code, each.balance.currency))


def account_balance(session: Session, key: AccountKey, currency: str) -> int:
    """What an account holds of a currency in all, in minor units."""
    total = select(func.coalesce(func.sum(JournalLine.amount_minor), 0)).where(
        JournalLine.account == key, JournalLine.currency == currency
    )
    return int(session.scalar(total) or 0)
