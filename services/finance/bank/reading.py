"""What a bank's file comes to once it is read, and how its amounts, days and words are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from babel.numbers import get_currency_precision

from services.finance.bank.errors import BankFileUnreadable

LARGEST_FILE = 10 * 1024 * 1024
MOST_LINES = 50_000
LARGEST_MINOR = 10**15
LONGEST_DESCRIPTION, LONGEST_REFERENCE = 500, 120

MARKS = re.compile(r"[\s£$€]|\b(?:GBP|EUR|USD)\b")
"""What may stand around the digits: spaces, no-break ones too, and the currency."""
POINT = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+")
"""1,234.56; a comma before exactly three digits groups thousands, as no currency in use has a thousand minor units."""
COMMA = re.compile(r"(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+),[0-9]+")
"""1.234,56."""
ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ].*)?")
BRITISH = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{2}|[0-9]{4})(?:[T ,].*)?")
IN_WORDS = re.compile(r"([0-9]{1,2})[ /.-]([A-Za-z]{3,9})[ /.,-]{1,2}([0-9]{2}|[0-9]{4})(?:[T ,].*)?")
CENTURY = 2000
"""Of a year in two digits: no statement is older."""
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
CURRENCY = re.compile(r"[A-Z]{3}")


class StatementFormat(StrEnum):
    CSV = "csv"
    OFX = "ofx"
    CAMT_053 = "camt.053"


@dataclass(frozen=True)
class ReadLine:
    """One booking of the bank: positive is money in."""

    booked_on: date
    amount_minor: int
    description: str
    reference: str | None
    at_line: int | None = field(default=None, compare=False)
    """Of the file; lines that say the same are the same wherever they stand."""


@dataclass(frozen=True)
class ReadStatement:
    """What one account saw from one day to another, both included."""

    format: StatementFormat
    account: str | None
    """Its number, where the file says."""
    currency: str
    from_on: date
    until_on: date
    lines: tuple[ReadLine, ...]


def decode(content: bytes) -> str:
    """As the file's first bytes say; else UTF-8, and what is not that is Windows' Western European."""
    is_utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if is_utf_16 else ["utf-8-sig", "cp1252"]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BankFileUnreadable("it is not text, or text in an unusual encoding: save it as UTF-8")


def parse_amount(text: str, currency: str) -> int:
    """An amount in minor units, to the last penny; ValueError where it is none, or has more decimals than its currency.

    Minus before or after, or brackets: money out.
    """
    bare = MARKS.sub("", text.replace("\N{MINUS SIGN}", "-"))
    negative = bare.startswith("-") or bare.endswith("-") or (bare.startswith("(") and bare.endswith(")"))
    digits = re.sub(r"^[+-]|[+-]$|^\((.*)\)$", r"\1", bare, count=1)
    if POINT.fullmatch(digits):
        plain = digits.replace(",", "")
    elif COMMA.fullmatch(digits):
        plain = digits.replace(".", "").replace(",", ".")
    else:
        raise ValueError("not an amount")
    minor = Decimal(plain).scaleb(get_currency_precision(currency))
    if minor != int(minor):
        raise ValueError(f"more decimals than {currency} has")
    if minor > LARGEST_MINOR:
        raise ValueError("too large an amount")
    return -int(minor) if negative else int(minor)


def parse_day(text: str) -> date:
    """A day as 31/01/2027, 31 Jan 2027 or 2027-01-31, a time after it ignored; ValueError where it is none.

    A year may have two digits where the day comes first, as people in Britain write it.
    """
    text = text.strip()
    try:
        if found := ISO.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := BRITISH.fullmatch(text):
            return date(_year(found[3]), int(found[2]), int(found[1]))
        if found := IN_WORDS.fullmatch(text):
            return date(_year(found[3]), _month(found[2]), int(found[1]))
    except ValueError as error:
        raise ValueError("not a day of the calendar") from error
    raise ValueError("not a day, such as 31/01/2027, 31 Jan 2027 or 2027-01-31")


def _year(digits: str) -> int:
    return int(digits) if len(digits) == len("2027") else CENTURY + int(digits)


def _month(word: str) -> int:
    """The month that begins with this word of three letters or more; ValueError where none does."""
    return [month.startswith(word.casefold()) for month in MONTHS].index(True) + 1


def parse_compact_day(text: str) -> date:
    """A day as 20270131, the time and zone after it ignored: the bank's own day is meant, wherever the bank is."""
    return datetime.strptime(text.strip()[:8], "%Y%m%d").date()  # noqa: DTZ007 - a day, no instant


def tidy(text: str, longest: int = LONGEST_DESCRIPTION) -> str:
    """On one line, without what cannot be printed."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())[:longest]


def reference_of(text: str | None) -> str | None:
    return tidy(text or "", LONGEST_REFERENCE) or None
