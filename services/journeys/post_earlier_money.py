"""Payments and refunds that were stored before there was a journal are posted, each once.

Died half-way: what is posted is posted, and the next run goes on with the rest. Refunds are read at Stripe again.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.bookings.booking import get_locked
from services.bookings.models import Booking
from services.effects.kinds import EffectKind
from services.effects.queue import is_known, queue
from services.ledger.models import JournalEntry, JournalLine
from services.ledger.words import SourceType
from services.outside import Outside
from services.payments.models import Payment, Refund, RefundReason
from services.payments.postings import Posting, Purpose, post_payment
from services.payments.received import StoredPayment, get_payment

ACTOR = "worker:post_earlier_money"
REASON = "taken before the journal was kept"
ONCE = "all"
BATCH = 100


def queue_earlier_money(outside: Outside) -> None:
    """Have it done once a database; afterwards this only looks."""
    with outside.database.reading() as session:
        if is_known(session, EffectKind.POST_EARLIER_MONEY, ONCE):
            return
    with outside.database.writing() as session:
        queue(session, EffectKind.POST_EARLIER_MONEY, ONCE, now=outside.clock.now())


def post_earlier_money(outside: Outside, _subject: str) -> None:
    """Post a batch at a time until no payment is left without its entry."""
    while _post_batch(outside):
        pass


def _post_batch(outside: Outside) -> bool:
    posted = (
        select(JournalLine.id)
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(JournalLine.payment_id == Payment.id, JournalEntry.source_type == SourceType.PAYMENT)
    )
    with outside.database.writing() as session:
        payment_ids = session.scalars(
            select(Payment.id).where(~posted.exists()).order_by(Payment.id).limit(BATCH)
        ).all()
        for payment_id in payment_ids:
            _post(outside, session, get_payment(session, payment_id))
    return bool(payment_ids)


def _post(outside: Outside, session: Session, payment: StoredPayment) -> None:
    booking = get_locked(session, payment.booking_id)
    refunds = session.scalars(select(Refund).where(Refund.payment_id == payment.id).order_by(Refund.id)).all()
    posting = Posting(ACTOR, REASON, outside.clock.now())
    post_payment(session, booking, payment, _purpose(booking, payment, refunds), posting)
    for refund in refunds:
        if refund.stripe_refund_id is not None:  # when its money left the balance, and whether, only Stripe can say
            queue(session, EffectKind.SETTLE_REFUND, refund.stripe_refund_id, now=posting.now)


def _purpose(booking: Booking, payment: StoredPayment, refunds: Sequence[Refund]) -> Purpose:
    was_refused = any(refund.reason in (RefundReason.PAID_LATE, RefundReason.PAID_TWICE) for refund in refunds)
    is_price = payment.amount.amount_minor == booking.total_minor and payment.amount.currency == booking.currency
    return Purpose.PLACES if is_price and not was_refused else Purpose.CREDIT
