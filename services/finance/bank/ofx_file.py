"""Statements as OFX, version 1 (SGML) and 2 (XML), through ofxparse.

Its reading of days and amounts is not ours: it moves a day by the bank's time zone, and takes 10,000 for ten.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

from ofxparse import OfxParser
from ofxparse.ofxparse import OfxParserException

from services.finance.bank.errors import BankFileUnreadable
from services.finance.bank.reading import (
    MOST_LINES,
    ReadLine,
    ReadStatement,
    StatementFormat,
    decode,
    parse_amount,
    parse_compact_day,
    reference_of,
    tidy,
)

HEADER_OF_VERSION_1 = b"OFXHEADER:"
ROOT = re.compile(r"<OFX>", re.IGNORECASE)


def read_ofx(content: bytes) -> list[ReadStatement]:
    """A statement for each account in the file; raises BankFileUnreadable."""
    try:
        parsed: Any = _Parser.parse(BytesIO(_as_version_1(content)))
    except BankFileUnreadable:
        raise
    except Exception as error:  # whatever the parser trips over, it is the file that is at fault
        raise BankFileUnreadable("it is not OFX, or breaks off") from error
    return [_statement(account) for account in parsed.accounts if account.statement is not None]


def _as_version_1(content: bytes) -> bytes:
    """The file with an encoding that ofxparse finds: it knows no XML declaration, and takes such a file for ASCII."""
    if content.lstrip().upper().startswith(HEADER_OF_VERSION_1):
        return content
    text = decode(content)
    root = ROOT.search(text)
    if root is None:
        raise BankFileUnreadable("it is not OFX, or breaks off")
    lines_before = "\n" * text.count("\n", 0, root.start())
    return f"ENCODING:UTF-8{lines_before}{text[root.start() :]}".encode()


class _Parser(OfxParser):  # type: ignore[misc]  # ofxparse has no types
    """Names the line at fault, and reads days and amounts as the bank writes them."""

    @classmethod
    def parseTransaction(cls, txn_ofx: Any) -> Any:  # noqa: N802 - ofxparse's name
        try:
            transaction = super().parseTransaction(txn_ofx)
            transaction.amount_text = txn_ofx.find("trnamt").contents[0].strip()
        except (OfxParserException, ValueError) as error:
            detail = "the transaction lacks its amount, day or id, or one of them is not to be read"
            raise BankFileUnreadable(detail, line=_line_of(txn_ofx), column="STMTTRN") from error
        transaction.line = _line_of(txn_ofx)
        return transaction

    @classmethod
    def parseOfxDateTime(cls, ofxDateTime: str) -> datetime:  # noqa: N802, N803 - ofxparse's names
        return datetime.combine(parse_compact_day(ofxDateTime), time.min)

    @classmethod
    def toDecimal(cls, _tag: Any) -> Decimal:  # noqa: N802 - ofxparse's name
        """Nothing: the text is read by `parse_amount` once the account's currency is known."""
        return Decimal(0)


def _statement(account: Any) -> ReadStatement:
    statement = account.statement
    currency = str(statement.currency).upper()
    if len(statement.transactions) > MOST_LINES:
        raise BankFileUnreadable(f"more than {MOST_LINES} lines: split it")
    lines = tuple(_line(each, currency) for each in statement.transactions)
    days = [line.booked_on for line in lines]
    covered = [_day(statement.start_date), _day(statement.end_date)]
    if None in covered and not days:
        raise BankFileUnreadable("it neither says which days it covers nor has a line")
    return ReadStatement(
        format=StatementFormat.OFX,
        account=tidy(account.account_id) or None,
        currency=currency,
        from_on=min([*days, *filter(None, covered[:1])]),
        until_on=max([*days, *filter(None, covered[1:])]),
        lines=lines,
    )


def _line(transaction: Any, currency: str) -> ReadLine:
    try:
        amount = parse_amount(transaction.amount_text, currency)
    except ValueError as error:
        raise BankFileUnreadable(str(error), line=transaction.line, column="TRNAMT") from error
    words = [part for part in (transaction.payee, transaction.memo) if part]
    return ReadLine(
        booked_on=transaction.date.date(),
        amount_minor=amount,
        description=tidy(" ".join(dict.fromkeys(words))),
        reference=reference_of(transaction.checknum or transaction.id),
        at_line=transaction.line,
    )


def _day(read: Any) -> date | None:
    return read.date() if isinstance(read, datetime) else None


def _line_of(tag: Any) -> int | None:
    found: int | None = tag.sourceline
    return found
