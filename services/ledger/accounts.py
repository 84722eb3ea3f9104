"""The chart of accounts as the organisation has it, and what each account holds at a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

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


def change_account(session: Session, key: AccountKey, *, code: str, name: str, now: datetime) -> ChartAccount:
    """Give an account the code and name that it has in the organisation's own books.

    Raises AccountCodeTaken where another account has that code.
    """
    if any(other.code == code for other in list_accounts(session).values() if other.key is not key):
        raise AccountCodeTaken(code)
    session.merge(Account(key=key, code=code, name=name, changed_at=now))
    session.flush()
    return ChartAccount(key, code, name)


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
