"""Payouts that Stripe sent, and statements of a bank in each form that banks give them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from html import escape
from typing import NamedTuple

from sqlalchemy.orm import Session

from services.finance.models import Payout
from services.finance.words import PayoutStatus

ARRIVAL = date(2026, 5, 13)
"""A Wednesday."""


class Booked(NamedTuple):
    """A line of a statement."""

    on: date
    pounds: str
    words: str


def a_payout(
    session: Session,
    payout_id: str,
    *,
    amount_minor: int = 49_200,
    arrival_on: date = ARRIVAL,
    status: PayoutStatus = PayoutStatus.PAID,
    currency: str = "GBP",
    descriptor: str | None = None,
) -> None:
    made_at = datetime.combine(arrival_on, time(6), UTC)
    session.add(
        Payout(
            id=payout_id,
            amount_minor=amount_minor,
            currency=currency,
            status=status,
            is_automatic=False,
            method="standard",
            reconciliation_status="not_applicable",
            descriptor=descriptor,
            failure_code=None,
            arrival_on=arrival_on,
            created_at=made_at,
            lines_listed_at=None,
            updated_at=made_at,
        )
    )
    session.flush()


def as_csv(lines: Sequence[Booked]) -> bytes:
    rows = [f'{line.on:%d/%m/%Y},"{line.words}",{line.pounds}' for line in lines]
    return "\r\n".join(["Date,Description,Amount", *rows, ""]).encode()


def as_ofx(lines: Sequence[Booked], *, account: str = "12345678", currency: str = "GBP") -> bytes:
    """OFX 1, whose leaves have no end."""
    transactions = "".join(
        f"<STMTTRN>\n<TRNTYPE>OTHER\n<DTPOSTED>{line.on:%Y%m%d}000000[+1:BST]\n<TRNAMT>{line.pounds}\n"
        f"<FITID>{number}\n<NAME>{line.words}\n</STMTTRN>\n"
        for number, line in enumerate(lines, 1)
    )
    days = sorted(line.on for line in lines)
    return (
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\nCOMPRESSION:NONE\n"
        "OLDFILEUID:NONE\nNEWFILEUID:NONE\n\n"
        "<OFX>\n<BANKMSGSRSV1>\n<STMTTRNRS>\n<TRNUID>1\n<STATUS>\n<CODE>0\n<SEVERITY>INFO\n</STATUS>\n<STMTRS>\n"
        f"<CURDEF>{currency}\n<BANKACCTFROM>\n<BANKID>123456\n<ACCTID>{account}\n<ACCTTYPE>CHECKING\n</BANKACCTFROM>\n"
        f"<BANKTRANLIST>\n<DTSTART>{days[0]:%Y%m%d}\n<DTEND>{days[-1]:%Y%m%d}\n{transactions}</BANKTRANLIST>\n"
        "</STMTRS>\n</STMTTRNRS>\n</BANKMSGSRSV1>\n</OFX>\n"
    ).encode()


def as_camt(lines: Sequence[Booked], *, iban: str = "GB33BUKB20201512345678", currency: str = "GBP") -> bytes:
    entries = "".join(_entry(line, currency) for line in lines)
    days = sorted(line.on for line in lines)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">\n<BkToCstmrStmt>\n'
        "<GrpHdr><MsgId>1</MsgId><CreDtTm>2027-02-01T06:00:00Z</CreDtTm></GrpHdr>\n<Stmt>\n<Id>1</Id>\n"
        f"<FrToDt><FrDtTm>{days[0]}T00:00:00</FrDtTm><ToDtTm>{days[-1]}T23:59:59</ToDtTm></FrToDt>\n"
        f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>\n"
        f"{entries}</Stmt>\n</BkToCstmrStmt>\n</Document>\n"
    ).encode()


def _entry(line: Booked, currency: str) -> str:
    amount = Decimal(line.pounds)
    direction = "CRDT" if amount >= 0 else "DBIT"
    return (
        f'<Ntry>\n<Amt Ccy="{currency}">{abs(amount)}</Amt>\n<CdtDbtInd>{direction}</CdtDbtInd>\n'
        f"<Sts><Cd>BOOK</Cd></Sts>\n<BookgDt><Dt>{line.on}</Dt></BookgDt>\n"
        f"<AddtlNtryInf>{escape(line.words)}</AddtlNtryInf>\n</Ntry>\n"
    )
