"""What a person says of a line: it is this payout; or it is not, after all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.audit.log import Change, record
from services.finance.bank.errors import BankLineDiffers, BankLineMatched, BankLineNotFound, PayoutAtBank
from services.finance.bank.views import LineView, get_line
from services.finance.discrepancies import take_turns
from services.finance.errors import PayoutNotFound
from services.finance.matching import Match, has_line, join_line, may_send_back
from services.finance.models import BankLine, Payout
from services.finance.overtaken import take_back_suspense
from services.finance.postings import take_back_at_bank, take_back_returned
from services.finance.reconciliation import reconcile
from services.finance.words import BankMatch, DiscrepancyKind


@dataclass(frozen=True)
class Choice:
    """Which payout a line is, and who says so."""

    payout_id: str
    by: str


def match_line(session: Session, line_id: UUID, choice: Choice, *, now: datetime) -> LineView:
    """The line is that payout; said twice, nothing changes.

    Raises BankLineNotFound, PayoutNotFound, BankLineMatched, PayoutAtBank, BankLineDiffers.
    """
    take_turns(session)
    payout = session.get(Payout, choice.payout_id, with_for_update=True)
    line = _get_locked(session, line_id)
    if payout is None:
        raise PayoutNotFound
    if line.payout_id == payout.id:
        return get_line(session, line_id)
    if line.payout_id is not None:
        raise BankLineMatched
    is_return = line.amount_minor == -payout.amount_minor and may_send_back(session, payout.id)
    if has_line(session, payout.id, is_return=is_return):
        raise PayoutAtBank
    if line.currency != payout.currency or (line.amount_minor != payout.amount_minor and not is_return):
        raise BankLineDiffers
    join_line(session, line, payout, Match(BankMatch.PERSON, choice.by), now=now)
    _record(session, "bank_line.matched", line_id, choice, now)
    reconcile(session, now=now)
    return get_line(session, line_id)


def unmatch_line(session: Session, line_id: UUID, *, by: str, now: datetime) -> LineView:
    """The line is no payout, or another; from here on it is left to people. Said twice, nothing changes.

    Raises BankLineNotFound.
    """
    take_turns(session)
    line = _get_locked(session, line_id)
    if line.payout_id is None:
        return get_line(session, line_id)
    choice = Choice(line.payout_id, by)
    for each in [line] if line.is_return else _lines_of(session, choice.payout_id):
        _unmatch(session, each, choice, now)
    reconcile(session, now=now)
    return get_line(session, line_id)


def _lines_of(session: Session, payout_id: str) -> Sequence[BankLine]:
    """The line that brought a payout, and the one that sent it back: without the first there is no second."""
    return session.scalars(select(BankLine).where(BankLine.payout_id == payout_id).with_for_update()).all()


def _unmatch(session: Session, line: BankLine, choice: Choice, now: datetime) -> None:
    reason = "the line of the bank was not this payout"
    take_back = take_back_returned if line.is_return else take_back_at_bank
    line.payout_id = line.matched_by = line.matched_at = None
    line.is_left_to_people, line.is_return = True, False
    line.updated_at = now
    session.flush()
    take_back(session, choice.payout_id, actor=choice.by, reason=reason, now=now)
    take_back_suspense(session, DiscrepancyKind.NOT_AT_BANK, choice.payout_id, actor=choice.by, reason=reason, now=now)
    _record(session, "bank_line.unmatched", line.id, choice, now)


def _get_locked(session: Session, line_id: UUID) -> BankLine:
    line = session.get(BankLine, line_id, with_for_update=True)
    if line is None:
        raise BankLineNotFound
    return line


def _record(session: Session, action: str, line_id: UUID, choice: Choice, now: datetime) -> None:
    record(session, Change(choice.by, action, "bank_line", line_id, {"payout": choice.payout_id}), at=now)
