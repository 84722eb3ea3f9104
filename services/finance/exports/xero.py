"""Xero: a statement of Stripe's balance, and manual journals.

Sources: Xero's templates for precoded bank statements and for manual journals.
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
BANK_COLUMNS = ("*Date", "*Amount", "Payee", "Description", "Reference", "Cheque Number")
JOURNAL_COLUMNS = (
    "*Narration",
    "*Date",
    "Description",
    "*AccountCode",
    "*TaxRate",
    "*Amount",
    "TrackingName1",
    "TrackingOption1",
    "TrackingName2",
    "TrackingOption2",
)
BANK_LIMIT, JOURNAL_LIMIT = Limit(rows=1000), Limit(rows=300)
PAYEE = "Stripe"
NO_VAT = "No VAT"
TAX_RATES = {"Z": "Zero Rated Income", "E": "Exempt Income"}
"""Rates that add nothing to an amount; VAT itself is a line of its own, which Xero must not add to once more."""
EARNED = frozenset({AccountKey.INCOME, AccountKey.DEFERRED_INCOME})


def xero_bank(session: Session, period: Period, currency: str, after: Position | None) -> Part:
    """The lines of a bank statement."""
    records = (
        Record(
            transaction.position,
            [
                (slashed(line.on), line.amount, PAYEE, line.description, line.reference, None)
                for line in lines_of(transaction)
            ],
        )
        for transaction in read_transactions(session, period, currency, after)
    )
    return fill_part(BANK_COLUMNS, records, BANK_LIMIT)


def xero_journals(session: Session, period: Period, currency: str, after: Position | None) -> Part:
    """The journal; positive is a debit."""
    accounts = list_accounts(session)
    records = (
        Record(entry.position, list(_journal_rows(entry, accounts)))
        for entry in read_entries(session, period, currency, after)
    )
    return fill_part(JOURNAL_COLUMNS, records, JOURNAL_LIMIT)


def _journal_rows(entry: ExportedEntry, accounts: Mapping[AccountKey, ChartAccount]) -> Iterator[Row]:
    for line in entry.lines:
        about = line.about
        yield (
            f"{entry.says} {entry.reference}",
            slashed(entry.effective_on),
            about.booking,
            line.code_in(accounts),
            TAX_RATES.get(about.vat_code or "", NO_VAT) if line.account in EARNED else NO_VAT,
            line.amount,
            "Set" if about.learning_set else None,
            about.learning_set,
            "Cost centre" if about.cost_centre else None,
            about.cost_centre,
        )
