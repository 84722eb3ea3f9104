"""A quarter of a thousand card payments comes to 0.00, whatever happened to their money."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import delete, func, select

from api.sandbox.stripe.balance import Movement, book
from services.finance.bank.storing import Upload, UploadOutcome, upload_statement
from services.finance.calendar_month import Month
from services.finance.models import BankLine, BankStatement
from services.finance.months import MonthSummary, summarise_month
from services.finance.payout_views import PayoutFilter, list_payouts
from services.finance.postings import take_back_at_bank
from services.finance.words import DiscrepancyAction, DiscrepancyKind, Verdict
from services.ledger.accounts import trial_balance
from services.ledger.chart import AccountKey
from services.ledger.models import JournalEntry
from services.money import Money
from tests.builders.books import (
    balances,
    decide,
    open_ones,
    post_by_hand,
    refund_of_a_stranger,
    require_sound,
    the_open_one,
)
from tests.builders.finance import Booked, as_camt, as_csv, as_ofx
from tests.builders.quarter import FROM_STRIPE, Quarter
from tests.worlds import World

BOOKINGS = 1_000
FORMATS = (as_csv, as_ofx, as_camt)
ACCOUNT = "12345678"


def test_a_quarter_of_a_thousand_bookings_is_explained_to_the_penny(world: World) -> None:
    quarter = Quarter(world, BOOKINGS)
    for month, written in zip(quarter.months, FORMATS, strict=True):
        quarter.live(month)
        upload(world, written(quarter.statement(month)))
        require_only_the_top_up_is_open(world, month)
        decide(world, DiscrepancyAction.POST_TO_SUSPENSE)
        assert unexplained(world, month) == 0
    require_explained(quarter)
    require_nothing_new(world)
    for written in FORMATS:
        forget_the_bank(world)
        assert upload(world, written(quarter.bank_lines())).known == 0
        require_explained(quarter)
    for inject, kind, amount_minor in INJECTED:
        inject(quarter)
        world.imports()
        found = the_open_one(world)
        assert (found.kind, found.amount) == (kind, Money(amount_minor, "GBP"))
        assert unexplained(world, Month.of(found.occurred_on)) == amount_minor
        decide(world, DiscrepancyAction.POST_TO_SUSPENSE)
        assert unexplained(world, Month.of(found.occurred_on)) == 0
        require_sound(world)


def missing_here(quarter: Quarter) -> None:
    book(quarter.world.account, Movement("refund", "refund", -1_500, "gbp", refund_of_a_stranger(quarter.world)))


def missing_at_stripe(quarter: Quarter) -> None:
    post_by_hand(quarter.world, 4_200)
    quarter.world.passes(minutes=2)


def amount_differs(quarter: Quarter) -> None:
    quarter.book()
    charged = quarter.world.account.all("balance_transaction")[0]
    quarter.world.account.keep({**charged, "amount": charged["amount"] + 100, "net": charged["net"] + 100})


def unknown_source(quarter: Quarter) -> None:
    book(quarter.world.account, Movement("contribution", "contribution", -250, "gbp", "ctr_1"))


def not_at_bank(quarter: Quarter) -> None:
    """It leaves today, and the bank's statement of all days on which it had to arrive shows only the rent."""
    quarter.world.pays_out(is_automatic=False, amount=2_222)
    today = quarter.world.outside.clock.now().date()
    quarter.world.passes(days=10)
    days = (today, today + timedelta(days=9))
    upload(quarter.world, as_csv([Booked(day, "-1200.00", "RENT") for day in days]))


INJECTED: Sequence[tuple[Callable[[Quarter], None], DiscrepancyKind, int]] = (
    (missing_here, DiscrepancyKind.MISSING_HERE, 1_500),
    (missing_at_stripe, DiscrepancyKind.MISSING_AT_STRIPE, 4_200),
    (amount_differs, DiscrepancyKind.AMOUNT_DIFFERS, 100),
    (unknown_source, DiscrepancyKind.UNKNOWN_SOURCE, 250),
    (not_at_bank, DiscrepancyKind.NOT_AT_BANK, 2_222),
)


def upload(world: World, content: bytes) -> UploadOutcome:
    return upload_statement(world.database, world.outside.clock, Upload(content, "staff:test", account=ACCOUNT))


def unexplained(world: World, month: Month) -> int:
    return summary(world, month).unexplained.amount_minor


def summary(world: World, month: Month) -> MonthSummary:
    with world.database.reading() as session:
        return summarise_month(session, month, "GBP")


def require_only_the_top_up_is_open(world: World, month: Month) -> None:
    (found,) = open_ones(world)
    assert found.kind is DiscrepancyKind.UNKNOWN_SOURCE
    assert unexplained(world, month) == found.amount.amount_minor


def require_explained(quarter: Quarter) -> None:
    """No month has anything unexplained, every payout is at the bank or failed, and the bank has what Stripe sent."""
    world = quarter.world
    assert [unexplained(world, month) for month in quarter.months] == [0, 0, 0]
    with world.database.reading() as session:
        payouts = list_payouts(session, PayoutFilter(), after=None, limit=1_000)
        for month in quarter.months:
            assert sum(each.balance.amount_minor for each in trial_balance(session, at=month.last)) == 0
    verdicts = [payout.verdict for payout in payouts]
    assert (verdicts.count(Verdict.FAILED), set(verdicts)) == (3, {Verdict.FAILED, Verdict.MATCHED})
    held = balances(world)
    sent = sum(int(Decimal(line.pounds).scaleb(2)) for line in quarter.bank_lines() if line.words == FROM_STRIPE)
    assert (held[AccountKey.BANK], held.get(AccountKey.PAYOUTS_IN_TRANSIT, 0)) == (sent, 0)
    undecided = [each["amount"] for each in world.account.all("dispute") if each["status"] == "needs_response"]
    assert held[AccountKey.DISPUTES_RECEIVABLE] == sum(undecided)
    require_sound(world)


def require_nothing_new(world: World) -> None:
    """Reading all of Stripe again stores and posts nothing."""
    with world.database.reading() as session:
        before = session.scalar(select(func.count(JournalEntry.id)))
    again = world.imports(starts_over=True)
    with world.database.reading() as session:
        assert (again.transactions_new, session.scalar(select(func.count(JournalEntry.id)))) == (0, before)
    assert again.transactions_read > BOOKINGS


def forget_the_bank(world: World) -> None:
    """As if no statement had been uploaded yet."""
    with world.database.writing() as session:
        at_bank = session.scalars(select(BankLine.payout_id).where(BankLine.payout_id.is_not(None))).all()
        session.execute(delete(BankLine))
        session.execute(delete(BankStatement))
        for payout_id in at_bank:
            now = world.outside.clock.now()
            take_back_at_bank(session, payout_id or "", actor="test", reason="forgotten", now=now)
