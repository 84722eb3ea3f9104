"""Statements as CAMT.053, any version of it, read with lxml.

The parsers published for it take a batch apart into its payments; a bank line is the batch, as the bank booked it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice

from lxml import etree

from services.finance.bank.errors import BankFileUnreadable
from services.finance.bank.reading import (
    MOST_LINES,
    ReadLine,
    ReadStatement,
    StatementFormat,
    parse_amount,
    parse_day,
    reference_of,
    tidy,
)

BOOKED, CLOSING = "BOOK", "CLBD"
WORDS = ("AddtlNtryInf", "NtryDtls/TxDtls/RmtInf/Ustrd", "NtryDtls/TxDtls/RltdPties//Nm")
REFERENCES = ("AcctSvcrRef", "NtryRef", "NtryDtls/TxDtls/Refs/EndToEndId")


def read_camt(content: bytes) -> list[ReadStatement]:
    """Each statement in the file; raises BankFileUnreadable."""
    # No entity is expanded, no DTD loaded, no address asked, and libxml2's limits on depth and size stand.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise BankFileUnreadable("it is not well-formed XML", line=error.lineno) from error
    if root.getroottree().docinfo.doctype:
        raise BankFileUnreadable("a bank's XML has no document type of its own", line=1)
    if "camt.053" not in (etree.QName(root).namespace or ""):
        raise BankFileUnreadable("it is XML, but not CAMT.053")
    return [_statement(each) for each in root.iterfind(".//{*}Stmt")]


def _statement(element: etree._Element) -> ReadStatement:
    currency = _text(element, "Acct/Ccy") or _currency_of(element)
    entries = (entry for entry in element.iterfind("{*}Ntry") if _status(entry) == BOOKED)
    lines = tuple(_line(entry, currency) for entry in islice(entries, MOST_LINES + 1))
    if len(lines) > MOST_LINES:
        raise BankFileUnreadable(f"more than {MOST_LINES} lines: split it")
    days = [line.booked_on for line in lines] + list(_covered(element))
    if not days:
        raise BankFileUnreadable("it neither says which days it covers nor has a line", line=element.sourceline)
    account = _text(element, "Acct/Id/IBAN") or _text(element, "Acct/Id/Othr/Id")
    return ReadStatement(StatementFormat.CAMT_053, account, currency, min(days), max(days), lines)


def _line(entry: etree._Element, currency: str) -> ReadLine:
    amount = entry.find("{*}Amt")
    direction = _text(entry, "CdtDbtInd")
    if amount is None or direction not in ("CRDT", "DBIT"):
        raise BankFileUnreadable("the entry lacks its amount or its direction", line=entry.sourceline, column="Ntry")
    if amount.get("Ccy") != currency:
        raise BankFileUnreadable(f"an amount that is not in {currency}", line=amount.sourceline, column="Amt")
    try:
        minor = parse_amount(amount.text or "", currency)
    except ValueError as error:
        raise BankFileUnreadable(str(error), line=amount.sourceline, column="Amt") from error
    words = [found.text or "" for path in WORDS for found in entry.iterfind(_anywhere(path))]
    return ReadLine(
        booked_on=_booked_on(entry),
        amount_minor=minor if direction == "CRDT" else -minor,
        description=tidy(" ".join(dict.fromkeys(words))),
        reference=reference_of(next(filter(None, (_text(entry, path) for path in REFERENCES)), None)),
        at_line=entry.sourceline,
    )


def _booked_on(entry: etree._Element) -> date:
    """The day it was booked; where a bank leaves that out, the day from which it counts."""
    for path in ("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm"):
        text = _text(entry, path)
        if text is not None:
            return _day(text, entry, path)
    raise BankFileUnreadable("the entry lacks its day", line=entry.sourceline, column="BookgDt")


def _covered(element: etree._Element) -> Iterator[date]:
    """Days that the statement says it reaches: its span, or else that of its closing balance."""
    span = element.find("{*}FrToDt")
    if span is not None:
        for found in span:
            yield _day(found.text or "", found, "FrToDt")
        return
    for balance in element.iterfind("{*}Bal"):
        if _text(balance, "Tp/CdOrPrtry/Cd") == CLOSING and (day := _text(balance, "Dt/Dt")):
            yield _day(day, balance, "Bal")


def _day(text: str, element: etree._Element, path: str) -> date:
    try:
        return parse_day(text)
    except ValueError as error:
        raise BankFileUnreadable(str(error), line=element.sourceline, column=path) from error


def _status(entry: etree._Element) -> str | None:
    """BOOK, PDNG or INFO: a word in older versions, a code in newer ones."""
    return _text(entry, "Sts/Cd") or _text(entry, "Sts")


def _currency_of(element: etree._Element) -> str:
    amount = element.find(_anywhere("Bal/Amt"))
    if amount is None:
        amount = element.find(_anywhere("Ntry/Amt"))
    currency: str | None = None if amount is None else amount.get("Ccy")
    if currency is None:
        raise BankFileUnreadable("the account's currency is not said", line=element.sourceline, column="Acct")
    return currency


def _text(element: etree._Element, path: str) -> str | None:
    found = element.find(_anywhere(path))
    text = None if found is None else (found.text or "").strip()
    return text or None


def _anywhere(path: str) -> str:
    """The path in whichever version's namespace."""
    return "/".join(f"{{*}}{step}" if step else "" for step in path.split("/"))
