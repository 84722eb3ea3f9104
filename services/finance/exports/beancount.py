"""Beancount: the journal from its opening balances on, and what each account must hold at the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy.orm import Session

from services.finance.exports.reading import About, ExportedEntry, Period, read_entries
from services.ledger.accounts import Balance, list_accounts, trial_balance
from services.ledger.chart import AccountKey
from services.mail.formats import major

VERSION = 1
ACCOUNTS = {
    AccountKey.DEBTORS: "Assets:Debtors",
    AccountKey.BANK: "Assets:Bank",
    AccountKey.STRIPE_CLEARING: "Assets:Stripe-Clearing",
    AccountKey.PAYOUTS_IN_TRANSIT: "Assets:Payouts-In-Transit",
    AccountKey.DISPUTES_RECEIVABLE: "Assets:Disputes-Receivable",
    AccountKey.DEFERRED_INCOME: "Liabilities:Deferred-Income",
    AccountKey.CUSTOMER_CREDIT: "Liabilities:Customer-Credit",
    AccountKey.VAT_OUTPUT: "Liabilities:VAT-Output",
    AccountKey.INCOME: "Income:Learning-Sets",
    AccountKey.STRIPE_FEES: "Expenses:Stripe-Fees",
    AccountKey.DISPUTE_FEES: "Expenses:Dispute-Fees",
    AccountKey.BAD_DEBT: "Expenses:Bad-Debt",
    AccountKey.SUSPENSE: "Assets:Suspense",
}
"""In the five families that beancount knows; the organisation's own code stands beside each."""


def beancount_ledger(session: Session, period: Period) -> Iterator[bytes]:
    """The ledger, an entry at a time."""
    yield from map(str.encode, _ledger(session, period))


def _ledger(session: Session, period: Period) -> Iterator[str]:
    yield 'option "title" "Setlist"\n\n'
    for key, account in list_accounts(session).items():
        yield f"{period.from_on} open {ACCOUNTS[key]}\n  code: {_quoted(account.code)}\n"
    yield from _opening(period, trial_balance(session, at=period.from_on - timedelta(days=1)))
    for entry in read_entries(session, period, currency=None):
        yield from _transaction(entry)
    yield "\n"
    for balance in trial_balance(session, at=period.until_on):
        held = f"{major(balance.balance):f} {balance.balance.currency}"
        yield f"{period.until_on + timedelta(days=1)} balance {ACCOUNTS[balance.account.key]}  {held}\n"


def _opening(period: Period, balances: list[Balance]) -> Iterator[str]:
    held = [each for each in balances if each.balance.amount_minor]
    if held:
        yield f'\n{period.from_on} * "Opening balances"\n'
    for each in held:
        yield f"  {ACCOUNTS[each.account.key]}  {major(each.balance):f} {each.balance.currency}\n"


def _transaction(entry: ExportedEntry) -> Iterator[str]:
    yield f"\n{entry.effective_on} * {_quoted(entry.says)}\n  entry: {_quoted(entry.reference)}\n"
    for line in entry.lines:
        yield f"  {ACCOUNTS[line.account]}  {line.amount:f} {line.currency}\n"
        yield from _metadata(line.about)


def _metadata(about: About) -> Iterator[str]:
    said = {
        "booking": about.booking,
        "set": about.learning_set,
        "nominal": about.nominal_code,
        "cost-centre": about.cost_centre,
        "vat": about.vat_code,
    }
    for name, value in said.items():
        if value is not None:
            yield f"    {name}: {_quoted(value)}\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
