"""Which payout a line of the bank is: said by a rule where nothing else can be meant, suggested elsewhere.

A candidate has the line's exact amount and currency, and arrived from one working day after the line to three before
it; one that a statement should have shown and did not, up to a month before it. One that failed after it was at the
bank is sent back by a line of the opposite amount, at most a month after the one that brought it. The rule takes one in
time whose line names Stripe, where neither has another such candidate and no other account shows the like on that day,
for a bank's two formats may call one account by two names. A person takes any other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from services.finance.arrivals import is_at_bank, is_returned, is_sent_back, last_day_at_bank
from services.finance.models import BankLine, BankStatement, Discrepancy, Payout
from services.finance.overtaken import take_back_suspense
from services.finance.postings import post_at_bank, post_returned
from services.finance.words import BankMatch, Clearing, DiscrepancyKind, PayoutStatus
from services.finance.working_days import after_working_days
from services.money import Money

ACTOR = "worker:match_bank_lines"
STRIPE = "STRIPE"
EARLY_WORKING_DAYS = 1
"""How many working days before the arrival that Stripe expects, a payout may show at the bank."""
LATE = timedelta(days=31)
"""How long a payout that was missing at the bank is still suggested."""
ON_THEIR_WAY = (PayoutStatus.PAID, PayoutStatus.IN_TRANSIT)
"""Stripe may not have heard yet what the bank's statement shows."""


@dataclass(frozen=True)
class Candidate:
    """A payout that a line may be."""

    line_id: UUID
    payout_id: str
    names_stripe: bool
    is_for_people: bool
    """Its match was taken back, it is late, or another account shows the like: no rule takes it."""


def match_lines(session: Session, *, now: datetime) -> int:
    """Match every line about which there is no doubt; says how many."""
    named = [each for each in list_candidates(session) if each.names_stripe]
    of_line = Counter(each.line_id for each in named)
    of_payout = Counter(each.payout_id for each in named)
    certain = [each for each in named if of_line[each.line_id] == of_payout[each.payout_id] == 1]
    return sum(_match(session, each, now) for each in certain if not each.is_for_people)


def suggestions(session: Session) -> dict[UUID, tuple[str, ...]]:
    """The payouts that each line which is none yet may be, by the line."""
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    for each in list_candidates(session):
        found[each.line_id].append(each.payout_id)
    return {line_id: tuple(payouts) for line_id, payouts in found.items()}


def list_candidates(session: Session) -> Sequence[Candidate]:
    """Every line that is no payout yet, with each payout that it may bring, or send back."""
    return [*_arriving(session), *_returning(session)]


def _arriving(session: Session) -> Sequence[Candidate]:
    is_missed = select(Discrepancy.id).where(
        Discrepancy.kind == DiscrepancyKind.NOT_AT_BANK,
        Discrepancy.payout_id == Payout.id,
        or_(Discrepancy.closed_at.is_(None), Discrepancy.cleared_by == Clearing.POSTED_TO_SUSPENSE),
    )
    pairs = (
        select(BankLine, Payout, is_missed.correlate(Payout).exists(), _is_shown_elsewhere())
        .join(Payout, and_(Payout.currency == BankLine.currency, Payout.amount_minor == BankLine.amount_minor))
        .where(
            BankLine.payout_id.is_(None),
            BankLine.amount_minor != 0,
            Payout.status.in_(ON_THEIR_WAY),
            ~is_at_bank().correlate(Payout),
        )
        .order_by(Payout.arrival_on, Payout.id)
    )
    found = []
    for line, payout, was_missed, is_shown_elsewhere in session.execute(pairs):
        in_time = is_in_time(line.booked_on, payout.arrival_on)
        if in_time or (was_missed and _is_late(line.booked_on, payout.arrival_on)):
            is_for_people = line.is_left_to_people or is_shown_elsewhere or not in_time
            found.append(Candidate(line.id, payout.id, _names_stripe(line, payout), is_for_people))
    return found


def _returning(session: Session) -> Sequence[Candidate]:
    brought = aliased(BankLine)
    pairs = (
        select(BankLine, Payout, brought.booked_on, _is_shown_elsewhere())
        .join(Payout, and_(Payout.currency == BankLine.currency, Payout.amount_minor == -BankLine.amount_minor))
        .join(brought, and_(brought.payout_id == Payout.id, ~brought.is_return))
        .where(BankLine.payout_id.is_(None), is_sent_back(), ~is_returned().correlate(Payout))
        .order_by(Payout.arrival_on, Payout.id)
    )
    return [
        Candidate(line.id, payout.id, _names_stripe(line, payout), line.is_left_to_people or is_shown_elsewhere)
        for line, payout, brought_on, is_shown_elsewhere in session.execute(pairs)
        if brought_on <= line.booked_on <= brought_on + LATE
    ]


def _is_shown_elsewhere() -> ColumnElement[bool]:
    """Whether a line of the same day and amount came with a statement of another name."""
    other, its_statement, own_statement = aliased(BankLine), aliased(BankStatement), aliased(BankStatement)
    shown = (
        select(other.id)
        .join(its_statement, its_statement.id == other.statement_id)
        .join(own_statement, own_statement.id == BankLine.statement_id)
        .where(
            other.currency == BankLine.currency,
            other.amount_minor == BankLine.amount_minor,
            other.booked_on == BankLine.booked_on,
            its_statement.account_label != own_statement.account_label,
        )
    )
    return shown.correlate(BankLine).exists()


def is_in_time(booked_on: date, arrival_on: date) -> bool:
    return after_working_days(booked_on, EARLY_WORKING_DAYS) >= arrival_on and booked_on <= last_day_at_bank(arrival_on)


def _is_late(booked_on: date, arrival_on: date) -> bool:
    return last_day_at_bank(arrival_on) < booked_on <= arrival_on + LATE


@dataclass(frozen=True)
class Match:
    """How a line came to be a payout."""

    by: BankMatch
    actor: str


def join_line(session: Session, line: BankLine, payout: Payout, match: Match, *, now: datetime) -> None:
    """The line brings the payout to the bank, or sends it back. Both rows are locked by the caller."""
    line.payout_id, line.matched_by, line.matched_at = payout.id, match.by, now
    line.is_return = line.amount_minor == -payout.amount_minor
    line.updated_at = now
    session.flush()
    kind, reason = DiscrepancyKind.NOT_AT_BANK, "the bank's statement shows it after all"
    take_back_suspense(session, kind, payout.id, actor=match.actor, reason=reason, now=now)
    post_line = post_returned if line.is_return else post_at_bank
    post_line(session, payout.id, Money(line.amount_minor, line.currency), line.booked_on, actor=match.actor, now=now)


def may_send_back(session: Session, payout_id: str) -> bool:
    """Whether the payout was at the bank and has failed: then a line of the opposite amount sends it back."""
    return session.scalar(select(Payout.id).where(Payout.id == payout_id, is_at_bank(), is_sent_back())) is not None


def has_line(session: Session, payout_id: str, *, is_return: bool = False) -> bool:
    """Whether a line has brought the payout to the bank; or sent it back."""
    lines = select(BankLine.id).where(BankLine.payout_id == payout_id, BankLine.is_return == is_return)
    return session.scalar(lines) is not None


def _match(session: Session, found: Candidate, now: datetime) -> bool:
    """Match it, unless somebody was faster."""
    payout = session.get_one(Payout, found.payout_id, with_for_update=True, populate_existing=True)
    line = session.get_one(BankLine, found.line_id, with_for_update=True, populate_existing=True)
    is_return = line.amount_minor == -payout.amount_minor
    if line.payout_id is not None or line.is_left_to_people or has_line(session, payout.id, is_return=is_return):
        return False
    join_line(session, line, payout, Match(BankMatch.RULE, ACTOR), now=now)
    return True


def _names_stripe(line: BankLine, payout: Payout) -> bool:
    words = f"{line.description} {line.reference or ''}".upper()
    return STRIPE in words or bool(payout.descriptor and payout.descriptor.upper() in words)
