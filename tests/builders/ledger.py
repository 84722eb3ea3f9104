"""A ledger of any length: card payments with VAT and fee, and payouts, loaded as they would have been posted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from services.bookings.models import Booking
from services.bookings.words import BookingStatus
from services.database import Base
from services.finance.models import BalanceTransaction, ImportPlace
from services.finance.payouts import STREAM
from services.ledger.chart import AccountKey
from services.ledger.models import JournalEntry, JournalLine
from services.ledger.words import SourceType
from services.sets.words import PaymentMethod
from tests.builders.dates import LONG_AGO
from tests.builders.finance import a_payout
from tests.builders.people import a_person
from tests.builders.sets import a_learning_set

GROSS, VAT, FEE = 18_000, 3_000, 290
PAID_OUT_TOGETHER = 100
BATCH = 5_000
BOOKING_ID = UUID(int=0x0190_0000_0000_7000_8000_0000_0000_0001)
LINES_A_PAYMENT = 5

Rows = Iterator[tuple[type[Base], dict[str, Any]]]


@dataclass(frozen=True)
class BuiltLedger:
    """What was loaded is about one booking of one set."""

    set_id: UUID
    booking_id: UUID
    lines: int


def a_ledger(session: Session, *, payments: int, from_on: date, days: int = 365) -> BuiltLedger:
    """So many payments, spread evenly, and a payout after each hundred of them."""
    set_id = _a_booking(session)
    for number in range(payments // PAID_OUT_TOGETHER):
        arrival_on = _day_of((number + 1) * PAID_OUT_TOGETHER - 1, payments, from_on, days)
        a_payout(session, f"po_{number:06}", amount_minor=PAID_OUT_TOGETHER * (GROSS - FEE), arrival_on=arrival_on)
    # The lines of an entry go in before it: each table by itself, in this order.
    for table in (JournalLine, JournalEntry, BalanceTransaction):
        rows = (row for kind, row in _ledger(set_id, payments, from_on, days) if kind is table)
        while batch := list(islice(rows, BATCH)):
            session.execute(insert(table), batch)
    read_until = _noon(from_on + timedelta(days=days))
    place = ImportPlace(stream=STREAM, oldest_id="txn_000000000", reached_start=True, complete_until=read_until)
    session.add(place)
    in_payouts = 2 * (payments // PAID_OUT_TOGETHER)
    return BuiltLedger(set_id, BOOKING_ID, payments * LINES_A_PAYMENT + in_payouts)


def _ledger(set_id: UUID, payments: int, from_on: date, days: int) -> Rows:
    about = {
        "booking_id": BOOKING_ID,
        "learning_set_id": set_id,
        "nominal_code": "4000",
        "cost_centre": "=2+3",
        "vat_code": "S20",
    }
    paid_out = payments // PAID_OUT_TOGETHER * PAID_OUT_TOGETHER
    for number in range(payments):
        day = _day_of(number, payments, from_on, days)
        payout_id = f"po_{number // PAID_OUT_TOGETHER:06}" if number < paid_out else None
        principal, fee = _id(3 * number), _id(3 * number + 1)
        taken = (
            (AccountKey.STRIPE_CLEARING, GROSS),
            (AccountKey.DEFERRED_INCOME, VAT - GROSS),
            (AccountKey.VAT_OUTPUT, -VAT),
        )
        charged = ((AccountKey.STRIPE_CLEARING, -FEE), (AccountKey.STRIPE_FEES, FEE))
        yield from _entry(principal, (SourceType.PAYMENT, f"payment_{number:09}", "taken"), day, taken, about)
        yield from _entry(fee, (SourceType.BALANCE_TRANSACTION, f"txn_{number:09}", "fee"), day, charged, {})
        yield _transaction(f"txn_{number:09}", "charge", (GROSS, FEE), day, (principal, payout_id, f"ch_{number:09}"))
        if payout_id is not None and number % PAID_OUT_TOGETHER == PAID_OUT_TOGETHER - 1:
            net = PAID_OUT_TOGETHER * (GROSS - FEE)
            sent = ((AccountKey.STRIPE_CLEARING, -net), (AccountKey.PAYOUTS_IN_TRANSIT, net))
            txn = f"txn_{payout_id}"
            yield from _entry(_id(3 * number + 2), (SourceType.BALANCE_TRANSACTION, txn, "gross"), day, sent, {})
            yield _transaction(txn, "payout", (-net, 0), day, (_id(3 * number + 2), payout_id, payout_id))


def _entry(
    entry_id: UUID,
    source: tuple[SourceType, str, str],
    day: date,
    moved: tuple[tuple[AccountKey, int], ...],
    about: dict[str, Any],
) -> Rows:
    dimensions = dict.fromkeys(("booking_id", "learning_set_id", "nominal_code", "cost_centre", "vat_code")) | about
    for position, (account, amount_minor) in enumerate(moved, 1):
        yield (
            JournalLine,
            {
                "id": UUID(int=entry_id.int + (position << 64)),
                "entry_id": entry_id,
                "position": position,
                "account": account,
                "amount_minor": amount_minor,
                "currency": "GBP",
                "effective_on": day,
                "payment_id": None,
                **dimensions,
            },
        )
    source_type, source_id, leg = source
    yield (
        JournalEntry,
        {
            "id": entry_id,
            "source_type": source_type,
            "source_id": source_id,
            "leg": leg,
            "effective_on": day,
            "posted_at": _noon(day),
            "actor": "worker:test",
            "reason": "loaded",
            "reverses_id": None,
        },
    )


def _transaction(
    transaction_id: str,
    category: str,
    gross_and_fee: tuple[int, int],
    day: date,
    ties: tuple[UUID, str | None, str],
) -> tuple[type[Base], dict[str, Any]]:
    gross, fee = gross_and_fee
    entry_id, payout_id, source_id = ties
    return (
        BalanceTransaction,
        {
            "id": transaction_id,
            "type": category,
            "reporting_category": category,
            "gross_minor": gross,
            "fee_minor": fee,
            "net_minor": gross - fee,
            "currency": "GBP",
            "fee_details": [],
            "created_at": _noon(day),
            "available_on": day,
            "source_id": source_id,
            "payout_id": payout_id,
            "entry_id": entry_id,
            "imported_at": _noon(day),
        },
    )


def _a_booking(session: Session) -> UUID:
    learning_set = a_learning_set(session)
    session.add(
        Booking(
            id=BOOKING_ID,
            learning_set_id=learning_set.id,
            price_id=learning_set.price_id,
            booker_id=a_person(session),
            booker_name="Ada Okafor",
            status=BookingStatus.CONFIRMED,
            payment_method=PaymentMethod.CARD,
            places=1,
            price_name="Everybody",
            gross_minor=GROSS,
            net_minor=GROSS - VAT,
            total_minor=GROSS,
            currency="GBP",
            vat_code="S20",
            vat_rate_percent="20",
            nominal_code="4000",
            cost_centre="=2+3",
            accepted_at=LONG_AGO,
            created_at=LONG_AGO,
            updated_at=LONG_AGO,
            confirmed_at=LONG_AGO,
        )
    )
    session.flush()
    return learning_set.id


def _day_of(number: int, payments: int, from_on: date, days: int) -> date:
    return from_on + timedelta(days=number * days // payments)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _id(number: int) -> UUID:
    return UUID(int=0x0190_0000_0000_7000_8000_0001_0000_0000 + number)
