"""What payers do, told to the journal: money that came, money given back, money a bank disputes.

The rules are the table of the design; which account a refund comes out of is read from the journal itself, so that
part after part of a payment can be given back and never a penny more or less than came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from uuid import UUID

from sqlalchemy.orm import Session

from services.bookings.models import Booking
from services.ids import Prefix, to_public
from services.ledger.chart import AccountKey
from services.ledger.journal import Dimensions, Entry, Line, Source, held_for, held_from, post
from services.ledger.standing import nth, post_standing, take_back
from services.ledger.words import SourceType
from services.money import Money
from services.payments.disputes import StoredDispute
from services.payments.gateway import DisputeMove, DisputeState
from services.payments.models import DisputeStatus
from services.payments.received import StoredPayment

TAKEN, REFUNDED, FAILED = "taken", "refunded", "failed"
OPENED, WON, LOST = "opened", "won", "lost"


class Purpose(Enum):
    """What a payment's money is for."""

    PLACES = "places"
    CREDIT = "credit"
    """Nothing: a second payment, one for a place that was gone, one of another amount. It is the payer's still."""


@dataclass(frozen=True)
class Posting:
    """By whom, why and when something is posted."""

    actor: str
    reason: str
    now: datetime


def post_payment(
    session: Session, booking: Booking, payment: StoredPayment, purpose: Purpose, posting: Posting
) -> UUID:
    """A card payment: in the clearing account, and owed as places or as credit."""
    gross, about = payment.amount, _about(booking, payment.id)
    vat = _vat_of(booking) if purpose is Purpose.PLACES else 0
    owed = AccountKey.DEFERRED_INCOME if purpose is Purpose.PLACES else AccountKey.CUSTOMER_CREDIT
    lines = (
        Line(AccountKey.STRIPE_CLEARING, gross, about),
        Line(owed, Money(vat - gross.amount_minor, gross.currency), about),
        Line(AccountKey.VAT_OUTPUT, Money(-vat, gross.currency), about),
    )
    return _post(session, payment_source(payment.id), payment.charge.paid_at.date(), lines, posting)


def post_refund(
    session: Session, payment: StoredPayment, refund_id: UUID, amount: Money, left_on: date, posting: Posting
) -> UUID:
    """Money given back: out of the payer's credit first, then out of deferred income and VAT in their proportion."""
    about = _about(session.get_one(Booking, payment.booking_id), payment.id)
    taken = split_refund(amount.amount_minor, held_for(session, payment.id))
    lines = tuple(Line(account, Money(minor, amount.currency), about) for account, minor in taken.items())
    clearing = Line(AccountKey.STRIPE_CLEARING, amount * -1, about)
    return _post(session, refund_source(refund_id, REFUNDED), left_on, (clearing, *lines), posting)


def post_refund_failed(
    session: Session, payment: StoredPayment, refund_id: UUID, amount: Money, came_back_on: date, posting: Posting
) -> UUID:
    """Money that did not reach the payer: it is in the clearing account again, and theirs as credit."""
    about = _about(session.get_one(Booking, payment.booking_id), payment.id)
    lines = (
        Line(AccountKey.STRIPE_CLEARING, amount, about),
        Line(AccountKey.CUSTOMER_CREDIT, amount * -1, about),
    )
    return _post(session, refund_source(refund_id, FAILED), came_back_on, lines, posting)


def post_dispute(
    session: Session,
    payment: StoredPayment,
    dispute: StoredDispute,
    state: DisputeState,
    decided_on: date,
    posting: Posting,
) -> None:
    """What a dispute has moved so far, each move on its day; what is still out once it is lost is a bad debt.

    A bank may think again, and may give a part back of what is lost: what is no bad debt any more is owed to us as
    before.
    """
    about = _about(session.get_one(Booking, payment.booking_id), payment.id)
    for leg, move in _legs(state.moves):
        lines = _owed_back(AccountKey.STRIPE_CLEARING, move.amount, about)
        _post(session, dispute_source(dispute.id, leg), move.moved_at.date(), lines, posting)
    lost = dispute_source(dispute.id, LOST)
    day = max([decided_on, *(move.moved_at.date() for move in state.moves)])
    still_out = held_from(session, lost, (AccountKey.DISPUTES_RECEIVABLE, AccountKey.BAD_DEBT))
    if dispute.status is DisputeStatus.LOST and still_out:
        lines = tuple(line for amount in still_out for line in _owed_back(AccountKey.BAD_DEBT, amount, about))
        post_standing(session, Entry(lost, day, lines, posting.actor, posting.reason), now=posting.now)
    else:
        take_back(session, lost, on=day, actor=posting.actor, reason=posting.reason, now=posting.now)


def split_refund(amount_minor: int, held: Mapping[AccountKey, int]) -> dict[AccountKey, int]:
    """What to debit each account for a refund, given what they hold of the payment; the sum is the refund.

    The last refund takes the remainder of each, so that parts add up to the whole. More than is held is suspense.
    """
    credit, deferred, vat = (
        max(0, -held.get(account, 0))
        for account in (AccountKey.CUSTOMER_CREDIT, AccountKey.DEFERRED_INCOME, AccountKey.VAT_OUTPUT)
    )
    from_credit = min(amount_minor, credit)
    from_places = min(amount_minor - from_credit, deferred + vat)
    from_vat = (2 * vat * from_places + deferred + vat) // (2 * (deferred + vat)) if from_places else 0
    return {
        AccountKey.CUSTOMER_CREDIT: from_credit,
        AccountKey.DEFERRED_INCOME: from_places - from_vat,
        AccountKey.VAT_OUTPUT: from_vat,
        AccountKey.SUSPENSE: amount_minor - from_credit - from_places,
    }


def payment_source(payment_id: UUID) -> Source:
    return Source(SourceType.PAYMENT, to_public(Prefix.PAYMENT, payment_id), TAKEN)


def refund_source(refund_id: UUID, leg: str) -> Source:
    return Source(SourceType.REFUND, to_public(Prefix.REFUND, refund_id), leg)


def dispute_source(dispute_id: UUID, leg: str) -> Source:
    return Source(SourceType.DISPUTE, to_public(Prefix.DISPUTE, dispute_id), leg)


def _post(session: Session, source: Source, day: date, lines: tuple[Line, ...], posting: Posting) -> UUID:
    return post(session, Entry(source, day, lines, posting.actor, posting.reason), now=posting.now)


def _legs(moves: Iterable[DisputeMove]) -> Iterator[tuple[str, DisputeMove]]:
    """Each move of a dispute with its leg: the first that takes the money, the second that does, and so on."""
    told: Counter[str] = Counter()
    for move in moves:
        kind = OPENED if move.amount.amount_minor < 0 else WON
        told[kind] += 1
        yield nth(kind, told[kind]), move


def _owed_back(account: AccountKey, amount: Money, about: Dimensions) -> tuple[Line, ...]:
    """A part of what a dispute's bank owes us goes into an account, or comes out of it where negative."""
    return Line(account, amount, about), Line(AccountKey.DISPUTES_RECEIVABLE, amount * -1, about)


def _vat_of(booking: Booking) -> int:
    return booking.total_minor - booking.net_minor * booking.places


def _about(booking: Booking, payment_id: UUID) -> Dimensions:
    return Dimensions(
        booking_id=booking.id,
        learning_set_id=booking.learning_set_id,
        payment_id=payment_id,
        nominal_code=booking.nominal_code,
        cost_centre=booking.cost_centre,
        vat_code=booking.vat_code,
    )
