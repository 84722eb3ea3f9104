"""Uploading: a file is read to its end, and only then stored, each line once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.audit.log import Change, record
from services.clock import Clock
from services.database import Database
from services.database.writes import insert_new, insert_once
from services.finance.bank.csv_file import CsvHints, CsvRead
from services.finance.bank.csv_mapping import CsvMapping
from services.finance.bank.errors import BankFileReadOtherwise, BankFileUnreadable
from services.finance.bank.files import read_file
from services.finance.bank.reading import ReadLine, ReadStatement
from services.finance.bank.views import StatementView, statement_view
from services.finance.discrepancies import take_turns
from services.finance.matching import suggestions
from services.finance.models import BankCsvMapping, BankLine, BankStatement
from services.finance.months import DEFAULT_CURRENCY
from services.finance.reconciliation import reconcile
from services.ids import new_id

ONLY_ACCOUNT = "main"
"""Of a file that names no account and whose uploader names none."""
LABEL_DIGITS, LONGEST_LABEL = 4, 40
BATCH = 500


@dataclass(frozen=True)
class Upload:
    """A file as somebody sent it, with what they say of it."""

    content: bytes
    by: str
    currency: str | None = None
    account: str | None = None
    mapping: CsvMapping | None = None


@dataclass(frozen=True)
class UploadOutcome:
    """What an upload came to: how many lines it has, and of these were known before, are a payout, may be one."""

    statements: tuple[StatementView, ...]
    lines: int
    known: int
    matched: int
    suggested: int


def upload_statement(database: Database, clock: Clock, upload: Upload) -> UploadOutcome:
    """Store what is new in a file, match it and compare; the same file again changes nothing.

    Raises BankFileUnreadable, BankMappingNeeded, BankFileReadOtherwise: then nothing was stored.
    """
    with database.reading() as session:
        remembered = {each.shape: CsvMapping.from_stored(each.columns) for each in session.scalars(_MAPPINGS)}
    hints = CsvHints(upload.currency or DEFAULT_CURRENCY, upload.mapping, remembered)
    read = read_file(upload.content, hints, currency=upload.currency)
    file_hash = sha256(upload.content).hexdigest()
    now = clock.now()
    _refuse_days_to_come(read.statements, now.date())
    with database.writing() as session:
        take_turns(session)
        if read.csv is not None and upload.mapping is not None and not upload.mapping.is_by_number:
            _remember(session, read.csv, upload.by, now)
        shape = read.csv.shape if read.csv is not None else None
        account = upload.account or _remembered_account(session, read.csv, file_hash)
        stored = [
            _store(session, _Place(file_hash, at, each, _label(account or each.account), shape), upload.by, now)
            for at, each in enumerate(read.statements, 1)
        ]
        reconcile(session, now=now)
        return _outcome(session, stored)


_MAPPINGS = select(BankCsvMapping)


@dataclass(frozen=True)
class _Place:
    """A statement within a file."""

    file_sha256: str
    position: int
    statement: ReadStatement
    label: str
    csv_shape: str | None

    def fingerprints(self) -> list[str]:
        """What makes each line the same one on another statement; equal lines of a day are told apart by counting."""
        seen: Counter[tuple[str, ...]] = Counter()
        made: list[str] = []
        for line in self.statement.lines:
            said = (self.label, self.statement.currency, *_identity(line))
            seen[said] += 1
            made.append(sha256("\n".join((*said, str(seen[said]))).encode()).hexdigest())
        return made


@dataclass(frozen=True)
class _Stored:
    statement: BankStatement
    fingerprints: Sequence[str]
    known: int


def _remember(session: Session, read: CsvRead, by: str, now: datetime) -> None:
    columns, known = read.mapping.to_stored(), session.get(BankCsvMapping, read.shape)
    if known is None or known.columns != columns:
        session.merge(BankCsvMapping(shape=read.shape, columns=columns, given_by=by, given_at=now))
        session.flush()


def _remembered_account(session: Session, read: CsvRead | None, file_sha256: str) -> str | None:
    """The account that somebody named for the same CSV file, or for the others with its columns.

    None where nobody did or where they named two, and for files without a heading, which nothing tells apart.
    """
    if read is None:
        return None
    same = session.scalar(select(BankStatement.account_label).where(BankStatement.file_sha256 == file_sha256))
    if same is not None or read.mapping.is_by_number:
        return same
    labels = select(BankStatement.account_label).where(
        BankStatement.csv_shape == read.shape, BankStatement.account_label != ONLY_ACCOUNT
    )
    named = session.scalars(labels.distinct()).all()
    return named[0] if len(named) == 1 else None


def _store(session: Session, place: _Place, by: str, now: datetime) -> _Stored:
    statement, fingerprints = place.statement, place.fingerprints()
    known = set(_known(session, fingerprints))
    statement_id = new_id()
    is_new = insert_once(
        session,
        BankStatement,
        id=statement_id,
        format=statement.format,
        file_sha256=place.file_sha256,
        csv_shape=place.csv_shape,
        position=place.position,
        account_label=place.label,
        currency=statement.currency,
        from_on=statement.from_on,
        until_on=_seen_until(statement, now.date()),
        lines_read=len(fingerprints),
        lines_known=len(known),
        uploaded_at=now,
        uploaded_by=by,
    )
    if is_new:
        unknown = [pair for pair in zip(statement.lines, fingerprints, strict=True) if pair[1] not in known]
        insert_new(session, BankLine, list(_new_rows(statement_id, statement.currency, unknown, now)))
        facts = {"lines": len(fingerprints), "known": len(known)}
        record(session, Change(by, "bank_statement.uploaded", "bank_statement", statement_id, facts), at=now)
    same = BankStatement.file_sha256 == place.file_sha256, BankStatement.position == place.position
    stored = session.scalars(select(BankStatement).where(*same)).one()
    was_read_so = (stored.account_label, stored.currency) == (place.label, statement.currency)
    if not is_new and (not was_read_so or len(known) < len(fingerprints)):
        raise BankFileReadOtherwise(stored.id)
    return _Stored(stored, fingerprints, len(known))


def _new_rows(
    statement_id: UUID, currency: str, unknown: Sequence[tuple[ReadLine, str]], now: datetime
) -> Iterator[dict[str, Any]]:
    for line, fingerprint in unknown:
        yield {
            "id": new_id(),
            "statement_id": statement_id,
            "fingerprint": fingerprint,
            "booked_on": line.booked_on,
            "amount_minor": line.amount_minor,
            "currency": currency,
            "description": line.description,
            "reference": line.reference,
            "updated_at": now,
            "is_left_to_people": False,
        }


def _outcome(session: Session, stored: Sequence[_Stored]) -> UploadOutcome:
    fingerprints = [fingerprint for each in stored for fingerprint in each.fingerprints]
    query = select(BankLine.id, BankLine.payout_id)
    lines = [
        row for batch in _batches(fingerprints) for row in session.execute(query.where(BankLine.fingerprint.in_(batch)))
    ]
    suggested = suggestions(session)
    return UploadOutcome(
        statements=tuple(statement_view(each.statement) for each in stored),
        lines=len(fingerprints),
        known=sum(each.known for each in stored),
        matched=sum(payout_id is not None for _, payout_id in lines),
        suggested=sum(line_id in suggested for line_id, _ in lines),
    )


def _known(session: Session, fingerprints: Sequence[str]) -> Iterator[str]:
    for batch in _batches(fingerprints):
        yield from session.scalars(select(BankLine.fingerprint).where(BankLine.fingerprint.in_(batch)))


def _batches(fingerprints: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(fingerprints), BATCH):
        yield fingerprints[start : start + BATCH]


def _identity(line: ReadLine) -> tuple[str, ...]:
    return line.booked_on.isoformat(), str(line.amount_minor), line.description.casefold()


def _refuse_days_to_come(statements: Sequence[ReadStatement], today: date) -> None:
    """A line of a day to come is a slip of the pen, and its statement would cover years; tomorrow may be abroad."""
    for line in (line for statement in statements for line in statement.lines):
        if line.booked_on > today + timedelta(days=1):
            raise BankFileUnreadable("a day that is still to come", line=line.at_line)


def _seen_until(statement: ReadStatement, today: date) -> date:
    """A statement may name a day that is still to come; of that it has seen nothing."""
    last = max((line.booked_on for line in statement.lines), default=statement.from_on)
    return max(last, min(statement.until_on, today))


def _label(account: str | None) -> str:
    """The end of a number, by which people tell their accounts apart; a name as it is."""
    if account is None:
        return ONLY_ACCOUNT
    number = account.replace(" ", "").replace("-", "")
    return number[-LABEL_DIGITS:] if number[-LABEL_DIGITS:].isdigit() else account[:LONGEST_LABEL]
