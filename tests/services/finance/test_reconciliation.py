"""A month at Stripe comes to 0.00; and whatever does not agree is found, named and cleared."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from api.sandbox.stripe.balance import Movement, book
from api.sandbox.stripe.disputes import close_dispute
from api.sandbox.stripe.outcomes import Outcome
from api.sandbox.stripe.payments import fail_refund
from api.sandbox.stripe.payouts import settle_payout
from services.finance.arrivals import last_day_at_bank
from services.finance.clearing import Decision, clear
from services.finance.discrepancies import (
    list_link_targets,
)
from services.finance.errors import ActionNotPossible, DiscrepancyClosed, LinkTargetUnknown
from services.finance.models import BalanceTransaction, Payout
from services.finance.reconciliation import reconcile
from services.finance.sides import read_sides
from services.finance.words import Clearing, DiscrepancyAction, DiscrepancyKind
from services.ids import Prefix, to_public
from services.ledger.chart import AccountKey
from services.ledger.models import JournalLine
from services.money import Money
from tests.builders.books import (
    a_statement,
    balances,
    decide,
    open_ones,
    paid_booking,
    post_by_hand,
    refund_of_a_stranger,
    require_sound,
    the_open_one,
)
from tests.worlds import World

PRICE = 18_000
NET, VAT = 15_000, 3_000
CHARGE_FEE = PRICE * 15 // 1000 + 20


def posted(world: World) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count(JournalLine.id))) or 0


def test_a_payment_is_cleared_by_what_stripe_took(world: World) -> None:
    paid_booking(world)
    world.imports()
    assert balances(world) == {
        AccountKey.STRIPE_CLEARING: PRICE - CHARGE_FEE,
        AccountKey.DEFERRED_INCOME: -NET,
        AccountKey.VAT_OUTPUT: -VAT,
        AccountKey.STRIPE_FEES: CHARGE_FEE,
    }
    require_sound(world)


def test_an_automatic_payout_is_the_sum_of_its_transactions(world: World) -> None:
    paid_booking(world)
    payout_id = world.pays_out()
    world.imports()
    assert balances(world)[AccountKey.PAYOUTS_IN_TRANSIT] == PRICE - CHARGE_FEE
    assert AccountKey.STRIPE_CLEARING not in balances(world)
    with world.database.reading() as session:
        listed = select(BalanceTransaction.reporting_category).where(BalanceTransaction.payout_id == payout_id)
        assert sorted(session.scalars(listed)) == ["charge", "payout"]
        assert session.get_one(Payout, payout_id).lines_listed_at is not None
    require_sound(world)


def test_reading_everything_again_changes_nothing(world: World) -> None:
    paid_booking(world)
    world.pays_out()
    first = world.imports()
    before = posted(world)
    again = world.imports(starts_over=True)
    assert (first.transactions_new, again.transactions_new) == (2, 0)
    assert posted(world) == before
    require_sound(world)


def test_a_dashboard_refund_is_seen_like_one_of_ours(world: World) -> None:
    booked = paid_booking(world)
    world.refunds_in_dashboard(6_001)
    world.imports()
    assert [(refund.reason.value, refund.amount_minor) for refund in world.refunds()] == [("at_stripe", 6_001)]
    held = balances(world)
    assert held[AccountKey.DEFERRED_INCOME] + held[AccountKey.VAT_OUTPUT] == -(PRICE - 6_001)
    assert world.row(booked).status.value == "confirmed"
    world.settle()
    assert len(world.refunds()) == 1
    require_sound(world)


def test_parts_given_back_add_up_to_the_whole(world: World) -> None:
    paid_booking(world)
    for amount in (1, 3_333, 7_777, PRICE - 1 - 3_333 - 7_777):
        world.refunds_in_dashboard(amount)
    world.settle()
    assert AccountKey.DEFERRED_INCOME not in balances(world)
    assert AccountKey.VAT_OUTPUT not in balances(world)
    require_sound(world)


def test_a_refund_that_fails_is_the_payers_credit_and_comes_out_of_it_the_next_time(world: World) -> None:
    paid_booking(world)
    fail_refund(world.account, world.refunds_in_dashboard(6_000))
    world.settle()
    assert balances(world)[AccountKey.CUSTOMER_CREDIT] == -6_000
    world.refunds_in_dashboard(6_000)
    world.settle()
    assert AccountKey.CUSTOMER_CREDIT not in balances(world)
    require_sound(world)


@pytest.mark.parametrize("is_won", [True, False])
def test_a_dispute_is_posted_as_it_opens_and_as_it_ends(world: World, is_won: bool) -> None:
    paid_booking(world)
    dispute_id = world.disputes()
    world.settle()
    world.imports()
    assert balances(world)[AccountKey.DISPUTES_RECEIVABLE] == PRICE
    assert balances(world)[AccountKey.DISPUTE_FEES] == 2_000
    close_dispute(world.account, dispute_id, is_won=is_won)
    world.settle()
    assert AccountKey.DISPUTES_RECEIVABLE not in balances(world)
    assert balances(world).get(AccountKey.BAD_DEBT, 0) == (0 if is_won else PRICE)
    require_sound(world)


def test_a_negative_payout_and_one_that_fails_leave_nothing_in_transit(world: World) -> None:
    paid_booking(world)
    world.pays_out()
    world.imports()
    world.refunds_in_dashboard(7_000)
    negative = world.pays_out()
    settle_payout(world.account, negative, is_paid=False)
    world.settle()
    world.imports()
    assert balances(world)[AccountKey.PAYOUTS_IN_TRANSIT] == PRICE - CHARGE_FEE
    require_sound(world)


def test_a_manual_payout_is_posted_by_its_own_transaction(world: World) -> None:
    paid_booking(world)
    world.pays_out(is_automatic=False, amount=5_000)
    world.imports()
    assert balances(world)[AccountKey.PAYOUTS_IN_TRANSIT] == 5_000
    world.pays_out()
    require_sound(world)


def test_four_days_without_a_webhook_are_mended_by_the_import(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id, Outcome.DELAY)
    world.settle()
    world.pays(booked.session_id, Outcome.SUCCEED)
    world.refunds_in_dashboard(500)
    dispute_id = world.disputes(amount=700)
    close_dispute(world.account, dispute_id, is_won=True)
    world.passes(days=4)
    world.imports()
    assert world.status(booked).value == "confirmed"
    assert [refund.amount_minor for refund in world.refunds()] == [500]
    require_sound(world)


# The five kinds


def test_money_that_is_no_booking_of_ours_is_missing_here(world: World) -> None:
    book(world.account, Movement("refund", "refund", -1_500, "gbp", refund_of_a_stranger(world)))
    world.imports()
    found = the_open_one(world)
    assert (found.kind, found.amount) == (DiscrepancyKind.MISSING_HERE, Money(1_500, "GBP"))
    closed = decide(world, DiscrepancyAction.POST_TO_SUSPENSE)
    assert (closed.cleared_by, closed.reason, closed.actions) == (
        Clearing.POSTED_TO_SUSPENSE,
        "asked the bank",
        (),
    )
    assert balances(world) == {AccountKey.STRIPE_CLEARING: -1_500, AccountKey.SUSPENSE: 1_500}
    require_sound(world)


def test_what_stripe_does_not_know_is_missing_there(world: World) -> None:
    post_by_hand(world, 4_200)
    world.passes(minutes=2)
    world.imports()
    found = the_open_one(world)
    assert (found.kind, found.amount) == (DiscrepancyKind.MISSING_AT_STRIPE, Money(4_200, "GBP"))
    decide(world, DiscrepancyAction.POST_TO_SUSPENSE)
    assert balances(world) == {AccountKey.DEFERRED_INCOME: -4_200, AccountKey.SUSPENSE: 4_200}
    require_sound(world)


def test_the_two_are_linked_by_hand_and_what_they_differ_by_stays_open(world: World) -> None:
    entry_id = post_by_hand(world, -1_400)
    book(world.account, Movement("refund", "refund", -1_500, "gbp", refund_of_a_stranger(world)))
    world.passes(minutes=2)
    world.imports()
    kinds = {found.kind: found for found in open_ones(world)}
    assert set(kinds) == {DiscrepancyKind.MISSING_HERE, DiscrepancyKind.MISSING_AT_STRIPE}
    link = Decision(DiscrepancyAction.LINK, "the same refund", "key:test", target=to_public(Prefix.ENTRY, entry_id))
    with world.database.writing() as session:
        now = world.outside.clock.now()
        with pytest.raises(LinkTargetUnknown):
            clear(session, kinds[DiscrepancyKind.MISSING_AT_STRIPE].id, link, now=now)
        missing_here = kinds[DiscrepancyKind.MISSING_HERE]
        assert list_link_targets(session, missing_here, limit=5) == [kinds[DiscrepancyKind.MISSING_AT_STRIPE]]
        clear(session, missing_here.id, link, now=now)
    found = the_open_one(world)
    assert (found.kind, found.amount) == (DiscrepancyKind.AMOUNT_DIFFERS, Money(100, "GBP"))
    with world.database.reading() as session:
        sides = read_sides(session, [found])[found.id]
        assert list_link_targets(session, found, limit=5) == []
    assert (sides.theirs, sides.ours, sides.entry_id) == (Money(-1_500, "GBP"), Money(-1_400, "GBP"), entry_id)
    decide(world, DiscrepancyAction.POST_TO_SUSPENSE)
    require_sound(world)


def test_a_category_that_is_none_of_ours_is_in_suspense_until_it_is_explained(world: World) -> None:
    book(world.account, Movement("topup", "topup", 9_000, "gbp", "tu_1"))
    world.imports()
    assert balances(world) == {AccountKey.STRIPE_CLEARING: 9_000, AccountKey.SUSPENSE: -9_000}
    assert the_open_one(world).kind is DiscrepancyKind.UNKNOWN_SOURCE
    with pytest.raises(ActionNotPossible):
        decide(world, DiscrepancyAction.LINK)
    decide(world, DiscrepancyAction.POST_TO_SUSPENSE)
    world.imports(starts_over=True)
    require_sound(world)


def test_a_payout_is_not_at_the_bank_once_a_statement_should_have_it(world: World) -> None:
    paid_booking(world)
    world.pays_out()
    world.imports()
    arrival = world.outside.clock.now().date()
    with world.database.writing() as session:
        session.add(a_statement(arrival, last_day_at_bank(arrival) - timedelta(days=1)))
        session.flush()
        reconcile(session, now=world.outside.clock.now())
    assert open_ones(world) == []
    with world.database.writing() as session:
        session.add(a_statement(last_day_at_bank(arrival), last_day_at_bank(arrival)))
        session.flush()
        reconcile(session, now=world.outside.clock.now())
    assert the_open_one(world).kind is DiscrepancyKind.NOT_AT_BANK
    closed = decide(world, DiscrepancyAction.POST_TO_SUSPENSE)
    assert AccountKey.PAYOUTS_IN_TRANSIT not in balances(world)
    with pytest.raises(DiscrepancyClosed), world.database.writing() as session:
        clear(session, closed.id, Decision(DiscrepancyAction.IMPORT_AGAIN, "x", "y"), now=world.outside.clock.now())
    require_sound(world)


def test_importing_again_has_everything_looked_at_once_more(world: World) -> None:
    stranger = refund_of_a_stranger(world)
    book(world.account, Movement("refund", "refund", -1_500, "gbp", stranger))
    world.imports()
    decide(world, DiscrepancyAction.IMPORT_AGAIN)
    world.passes(minutes=1)
    world.work()
    assert the_open_one(world).kind is DiscrepancyKind.MISSING_HERE
    decide(world, DiscrepancyAction.POST_TO_SUSPENSE)
