"""A dispute is posted move by move, each on the day on which it was made, and a bank may think again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from api.sandbox.stripe.balance import Movement, book
from api.sandbox.stripe.disputes import close_dispute, open_dispute
from services.journeys.settle_dispute import settle_dispute
from services.journeys.sweep_open_money import queue_open_money
from services.ledger.chart import AccountKey
from services.payments.disputes import store_dispute
from services.payments.models import Dispute, DisputeStatus
from services.payments.received import find_by_intent
from tests.builders.books import balances
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


def test_a_dispute_that_was_decided_is_not_open_again_because_stripe_was_read_before(
    world: World, dispute_id: str
) -> None:
    read_early = world.outside.gateway.get_dispute(dispute_id)
    close_dispute(world.account, dispute_id, is_won=True)
    world.settle()
    with world.database.writing() as session:
        payment = find_by_intent(session, read_early.stripe_payment_intent_id)
        assert payment is not None
        kept = store_dispute(session, payment, read_early, actor="test", now=world.outside.clock.now())
    assert (kept.status, kept.is_news) == (DisputeStatus.WON, False)


def test_a_dispute_whose_loss_nobody_told_of_is_looked_up(world: World, dispute_id: str) -> None:
    close_dispute(world.account, dispute_id, is_won=False)
    world.passes(days=1)
    queue_open_money(world.outside)
    world.work()
    assert status_of(world, dispute_id) is DisputeStatus.LOST
