"""What finance does with a world's books, and sees in them."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from services.finance.calendar_month import Month
from services.finance.clearing import Decision, clear
from services.finance.discrepancies import DiscrepancyFilter, DiscrepancyView, list_discrepancies
from services.finance.models import BankStatement
from services.finance.months import summarise_month
from services.finance.words import DiscrepancyAction
from services.ids import new_id
from services.journeys.check import check_invariants
from services.journeys.check_money import check_stripe
from services.ledger.accounts import trial_balance
from services.ledger.chart import AccountKey
from services.ledger.journal import Entry, Line, Source, post
from services.ledger.words import SourceType
from services.money import Money
from tests.builders.dates import LONG_AGO
from tests.worlds import Booked, World

ABOUT_MONEY = ("I4", "I5", "I6", "I11")


def paid_booking(world: World) -> Booked:
    booked = world.book(world.a_set(slug=f"set-{new_id().hex[-8:]}"))
    world.pays(booked.session_id)
    world.settle()
    return booked


def balances(world: World, *, at: date = date(2100, 1, 1)) -> dict[AccountKey, int]:
    with world.database.reading() as session:
        found = trial_balance(session, at=at)
    return {each.account.key: each.balance.amount_minor for each in found if each.balance.amount_minor}


def open_ones(world: World) -> list[DiscrepancyView]:
    with world.database.reading() as session:
        return list_discrepancies(session, DiscrepancyFilter(is_open=True), after=None, limit=100)


def the_open_one(world: World) -> DiscrepancyView:
    (found,) = open_ones(world)
    return found


def decide(world: World, action: DiscrepancyAction, target: str | None = None) -> DiscrepancyView:
    """Clear the only discrepancy there is; if that leaves the one number at 0.00, nothing may be broken."""
    decision = Decision(action, reason="asked the bank", by="key:test", target=target)
    with world.database.writing() as session:
        cleared = clear(session, the_open_one(world).id, decision, now=world.outside.clock.now())
    require_told(world)
    return cleared


def require_sound(world: World) -> None:
    assert world.broken_promises() == []
    assert check_stripe(world.outside) == []
    assert open_ones(world) == []
    assert sum(balances(world).values()) == 0


def require_told(world: World) -> None:
    """Where the one number is 0.00, no promise about money is broken and Stripe holds what we say."""
    now = world.outside.clock.now()
    with world.database.reading() as session:
        months = {Month(day.replace(day=1)) for day in (now.date(), *(each.occurred_on for each in open_ones(world)))}
        summaries = [summarise_month(session, month) for month in months]
    unexplained = sum(
        each.amount_minor for summary in summaries for each in (summary.unexplained, *summary.unexplained_elsewhere)
    )
    late = check_invariants(world.database, now=now + timedelta(hours=1))
    broken = [each for each in late if each.invariant in ABOUT_MONEY] + check_stripe(world.outside)
    assert unexplained or not broken, broken


def refund_of_a_stranger(world: World) -> str:
    """A refund of a charge that no checkout of ours made."""
    refund = {
        "id": f"re_{new_id().hex}",
        "object": "refund",
        "amount": 1_500,
        "balance_transaction": "txn_x",
        "charge": "ch_stranger",
        "created": world.account.now(),
        "currency": "gbp",
        "metadata": {},
        "payment_intent": None,
        "status": "succeeded",
    }
    world.account.keep(refund)
    return str(refund["id"])


def post_by_hand(world: World, amount_minor: int) -> UUID:
    amount = Money(amount_minor, "GBP")
    entry = Entry(
        Source(SourceType.REFUND, "refund_by_hand", "refunded"),
        world.outside.clock.now().date(),
        (Line(AccountKey.STRIPE_CLEARING, amount), Line(AccountKey.DEFERRED_INCOME, amount * -1)),
        "test",
        "by hand",
    )
    with world.database.writing() as session:
        return post(session, entry, now=world.outside.clock.now())


def a_statement(first: date, last: date) -> BankStatement:
    return BankStatement(
        id=new_id(),
        format="csv",
        file_sha256=new_id().hex,
        account_label="1234",
        currency="GBP",
        from_on=first,
        until_on=last,
        lines_read=0,
        lines_known=0,
        uploaded_at=LONG_AGO,
        uploaded_by="test",
    )
