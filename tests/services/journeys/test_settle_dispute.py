"""A dispute is posted move by move, each on the day on which it was made, and a bank may think again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

import pytest
from sqlalchemy import select

from api.sandbox.stripe.balance import Movement, book
from api.sandbox.stripe.disputes import close_dispute, open_dispute
from services.bookings.words import BookingStatus
from services.journeys.settle_dispute import settle_dispute
from services.journeys.sweep_open_money import queue_open_money
from services.ledger.accounts import account_balance
from services.ledger.chart import AccountKey
from services.outside import Outside
from services.payments.disputes import list_undecided
from services.payments.gateway import DisputeState, PaymentGateway
from services.payments.models import Dispute, DisputeStatus
from tests.builders.books import balances, paid_booking
from tests.builders.entries import effective_days
from tests.worlds import World

PRICE = 18_000


@pytest.fixture
def dispute_id(world: World) -> str:
    """Stripe's id of a dispute over the whole of a payment, known here."""
    world.pays(world.book(world.a_set()).session_id)
    world.settle()
    disputed = world.disputes()
    world.settle()
    return disputed


def the_bank_gives_it_back(world: World, dispute_id: str) -> None:
    """As Stripe shows it when a bank decides for us after all."""
    back = book(world.account, Movement("adjustment", "dispute_reversal", PRICE, "gbp", dispute_id))
    moved(world, dispute_id, back, "won")


def the_bank_takes_it_again(world: World, dispute_id: str) -> None:
    taken = book(world.account, Movement("adjustment", "dispute", -PRICE, "gbp", dispute_id))
    moved(world, dispute_id, taken, "lost")


def moved(world: World, dispute_id: str, transaction: dict[str, object], status: str) -> None:
    dispute = world.account.get("dispute", dispute_id)
    transactions = [*dispute["balance_transactions"], transaction]
    world.account.keep({**dispute, "status": status, "balance_transactions": transactions})


def reading_early(outside: Outside, meanwhile: Callable[[], None]) -> Outside:
    """The same outside, where something happens between Stripe's first answer about a dispute and its arrival."""
    return replace(outside, gateway=cast(PaymentGateway, SlowToAnswer(outside.gateway, [meanwhile])))


class SlowToAnswer:
    """A gateway whose first answer about a dispute is old when it comes."""

    def __init__(self, gateway: PaymentGateway, meanwhile: list[Callable[[], None]]) -> None:
        self._gateway = gateway
        self._meanwhile = meanwhile

    def get_dispute(self, stripe_dispute_id: str) -> DisputeState:
        state = self._gateway.get_dispute(stripe_dispute_id)
        if self._meanwhile:
            self._meanwhile.pop()()
        return state


def status_of(world: World, dispute_id: str) -> DisputeStatus:
    with world.database.reading() as session:
        return session.scalars(select(Dispute.status).where(Dispute.stripe_dispute_id == dispute_id)).one()


def test_the_moves_of_a_dispute_are_posted_for_their_own_days(world: World) -> None:
    world.pays(world.book(world.a_set()).session_id)
    world.settle()
    disputed = open_dispute(world.account, world.account.all("charge")[0], amount=None, reason="fraudulent")
    opened_on = world.outside.clock.now().date()
    world.passes(days=30)
    close_dispute(world.account, disputed["id"], is_won=True)
    won_on = world.outside.clock.now().date()
    world.passes(days=5)
    world.settle()
    days = effective_days(world)
    assert (days["dispute", "opened"], days["dispute", "won"]) == (opened_on, won_on)


def test_a_loss_is_posted_for_the_day_on_which_stripe_told_of_it(world: World, dispute_id: str) -> None:
    world.passes(days=30)
    close_dispute(world.account, dispute_id, is_won=False)
    lost_on = world.outside.clock.now().date()
    world.passes(days=5)
    world.settle()
    assert effective_days(world)["dispute", "lost"] == lost_on


def test_an_inquiry_that_becomes_a_dispute_is_posted_for_the_day_on_which_money_moved(world: World) -> None:
    world.pays(world.book(world.a_set()).session_id)
    world.settle()
    inquiry = open_dispute(world.account, world.account.all("charge")[0], amount=None, reason="fraudulent")
    asked_on = world.outside.clock.now()
    world.account.keep({**inquiry, "created": int(asked_on.timestamp()) - 40 * 24 * 60 * 60})
    world.settle()
    assert effective_days(world)["dispute", "opened"] == asked_on.date()


def test_a_dispute_won_after_it_was_lost_leaves_nothing_owed_and_no_bad_debt(world: World, dispute_id: str) -> None:
    close_dispute(world.account, dispute_id, is_won=False)
    world.settle()
    assert balances(world)[AccountKey.BAD_DEBT] == PRICE
    the_bank_gives_it_back(world, dispute_id)
    settle_dispute(world.outside, dispute_id)
    world.imports()
    assert AccountKey.BAD_DEBT not in balances(world)
    assert AccountKey.DISPUTES_RECEIVABLE not in balances(world)
    assert status_of(world, dispute_id) is DisputeStatus.WON


def test_money_that_a_bank_takes_twice_is_posted_twice(world: World, dispute_id: str) -> None:
    close_dispute(world.account, dispute_id, is_won=True)
    world.settle()
    world.passes(minutes=1)
    the_bank_takes_it_again(world, dispute_id)
    settle_dispute(world.outside, dispute_id)
    settle_dispute(world.outside, dispute_id)
    world.imports()
    assert balances(world)[AccountKey.BAD_DEBT] == PRICE
    assert AccountKey.DISPUTES_RECEIVABLE not in balances(world)


def test_a_loss_stands_although_somebody_read_the_dispute_before_it(world: World, dispute_id: str) -> None:
    def bank_decides() -> None:
        close_dispute(world.account, dispute_id, is_won=False)
        settle_dispute(world.outside, dispute_id)

    settle_dispute(reading_early(world.outside, bank_decides), dispute_id)
    assert status_of(world, dispute_id) is DisputeStatus.LOST
    assert balances(world)[AccountKey.BAD_DEBT] == PRICE
    assert AccountKey.DISPUTES_RECEIVABLE not in balances(world)


def test_a_lost_dispute_that_is_appealed_is_open_again_and_no_bad_debt_meanwhile(world: World, dispute_id: str) -> None:
    close_dispute(world.account, dispute_id, is_won=False)
    world.settle()
    lost_on = world.outside.clock.now().date()
    world.passes(days=20)
    dispute = world.account.get("dispute", dispute_id)
    world.account.keep({**dispute, "status": "appeal_under_review"})
    settle_dispute(world.outside, dispute_id)
    assert status_of(world, dispute_id) is DisputeStatus.OPEN
    assert balances(world)[AccountKey.DISPUTES_RECEIVABLE] == PRICE
    assert AccountKey.BAD_DEBT not in balances(world)
    assert balances(world, at=lost_on)[AccountKey.BAD_DEBT] == PRICE
    the_bank_gives_it_back(world, dispute_id)
    queue_open_money(world.outside)
    world.work()
    assert status_of(world, dispute_id) is DisputeStatus.WON
    assert AccountKey.DISPUTES_RECEIVABLE not in balances(world)


def test_a_part_that_comes_back_of_a_lost_dispute_is_no_bad_debt(world: World, dispute_id: str) -> None:
    """As where a part of the payment had been refunded before the bank took the whole."""
    close_dispute(world.account, dispute_id, is_won=False)
    world.settle()
    lost_on = world.outside.clock.now().date()
    world.passes(days=3)
    part = book(world.account, Movement("adjustment", "dispute_reversal", 7_000, "gbp", dispute_id))
    moved(world, dispute_id, part, "lost")
    for _ in range(2):
        settle_dispute(world.outside, dispute_id)
    world.imports()
    assert balances(world)[AccountKey.BAD_DEBT] == PRICE - 7_000
    assert AccountKey.DISPUTES_RECEIVABLE not in balances(world)
    assert balances(world, at=lost_on)[AccountKey.BAD_DEBT] == PRICE


def test_what_a_dispute_takes_in_another_currency_is_lost_in_that_currency(world: World) -> None:
    paid_booking(world)
    disputed = world.disputes()
    taken = world.account.get("dispute", disputed)["balance_transactions"][0]
    settled = {**taken, "currency": "eur", "amount": -21_000, "net": -23_000}
    world.account.keep(settled)
    world.account.keep({**world.account.get("dispute", disputed), "balance_transactions": [settled]})
    world.settle()
    close_dispute(world.account, disputed, is_won=False)
    world.settle()
    with world.database.reading() as session:
        owed = [account_balance(session, AccountKey.DISPUTES_RECEIVABLE, each) for each in ("GBP", "EUR")]
        lost = [account_balance(session, AccountKey.BAD_DEBT, each) for each in ("GBP", "EUR")]
    assert (owed, lost) == ([0, 0], [0, 21_000])


def test_an_inquiry_that_came_to_nothing_is_not_asked_about_again(world: World, dispute_id: str) -> None:
    inquiry = {**world.account.get("dispute", dispute_id), "id": "dp_inquiry", "balance_transactions": []}
    world.account.keep({**inquiry, "status": "warning_under_review"})
    settle_dispute(world.outside, "dp_inquiry")
    assert status_of(world, "dp_inquiry") is DisputeStatus.INQUIRY
    world.account.keep({**inquiry, "status": "warning_closed"})
    settle_dispute(world.outside, "dp_inquiry")
    assert status_of(world, "dp_inquiry") is DisputeStatus.WON
    with world.database.reading() as session:
        assert list_undecided(session) == [dispute_id]


def test_news_of_a_dispute_that_comes_before_its_payment_settles_both(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id)
    disputed = world.disputes()
    settle_dispute(world.outside, disputed)
    assert world.status(booked) is BookingStatus.CONFIRMED
    assert status_of(world, disputed) is DisputeStatus.OPEN
    assert balances(world)[AccountKey.DISPUTES_RECEIVABLE] == PRICE


def test_a_dispute_whose_loss_nobody_told_of_is_looked_up(world: World, dispute_id: str) -> None:
    close_dispute(world.account, dispute_id, is_won=False)
    world.passes(days=1)
    queue_open_money(world.outside)
    world.work()
    assert status_of(world, dispute_id) is DisputeStatus.LOST
