"""QuickBooks Online: a statement of Stripe's balance in three columns, and journal entries.

Sources: QuickBooks' pages on the format of bank files in CSV and on importing journal entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from services.finance.exports.bank_lines import lines_of
from services.finance.exports.cells import Row, slashed
from services.finance.exports.parts import Limit, Part, Record, fill_part
from services.finance.exports.reading import ExportedEntry, Period, Position, read_entries, read_transactions
from services.ledger.accounts import list_accounts
from services.ledger.chart import AccountKey, ChartAccount

VERSION = 1
BANK_COLUMNS = ("Date", "Description", "Amount")
JOURNAL_COLUMNS = ("JournalNo", "JournalDate", "AccountName", "Debits", "Credits", "Description", "Name")
LIMIT = Limit(size=350_000)
LONGEST_NUMBER = 21
"""Of a journal's."""


def quickbooks_bank(session: Session, period: Period, currency: str, after: Position | None) -> Part:
    """The lines of a bank statement."""
    records = (
        Record(
            transaction.position,
            [(slashed(line.on), line.description, line.amount) for line in lines_of(transaction)],
        )
        for transaction in read_transactions(session, period, currency, after)
    )
    return fill_part(BANK_COLUMNS, records, LIMIT)


def quickbooks_journals(session: Session, period: Period, currency: str, after: Position | None) -> Part:
    """The journal."""
    accounts = list_accounts(session)
    records = (
        Record(entry.position, list(_journal_rows(entry, accounts)))
        for entry in read_entries(session, period, currency, after)
    )
    return fill_part(JOURNAL_COLUMNS, records, LIMIT)


def _journal_rows(entry: ExportedEntry, accounts: Mapping[AccountKey, ChartAccount]) -> Iterator[Row]:
    for line in entry.lines:
        yield (
            entry.reference[-LONGEST_NUMBER:],
            slashed(entry.effective_on),
            accounts[line.account].name,
            line.amount if line.amount > 0 else None,
            -line.amount if line.amount < 0 else None,
            f"{entry.says} {line.about.booking or ''}".strip(),
            None,
        )
