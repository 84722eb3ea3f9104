"""One transaction at Stripe, one entry of ours: what has no counterpart of its own is in the one number."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from api.sandbox.stripe.balance import Movement, book
from api.sandbox.stripe.disputes import close_dispute
from services.effects.kinds import EffectKind
from services.finance.errors import LinkTargetUnknown
from services.finance.imports import get_import, request_import
from services.finance.payout_views import get_payout
from services.finance.sides import read_sides
from services.finance.words import Clearing, DiscrepancyAction, DiscrepancyKind, ImportStatus, Verdict
from services.ids import Prefix, to_public
from services.ledger.accounts import account_balance
from services.ledger.chart import AccountKey
from services.ledger.models import JournalEntry
from services.money import Money
from tests.builders.books import (
    balances,
    decide,
    open_ones,
    paid_booking,
    post_by_hand,
    require_sound,
    require_told,
    the_open_one,
)
from tests.worlds import World

PRICE = 18_000


def test_a_transaction_of_nothing_is_no_discrepancy_and_stops_nothing(world: World) -> None:
    book(world.account, Movement("adjustment", "other_adjustment", 0, "gbp", None))
    book(world.account, Movement("charge", "charge", 0, "gbp", "ch_of_nothing"))
    book(world.account, Movement("adjustment", "fee", 0, "gbp", None, fee=70))
    paid_booking(world)
    payout_id = world.pays_out()
    world.imports()
    require_sound(world)
    with world.database.reading() as session:
        assert get_payout(session, payout_id).payout.verdict is Verdict.AWAITING_BANK


def test_money_that_a_dispute_takes_a_second_time_is_missing_here(world: World) -> None:
    paid_booking(world)
    dispute_id = world.disputes()
    world.settle()
    close_dispute(world.account, dispute_id, is_won=True)
    world.settle()
    world.imports()
    require_sound(world)
    book(world.account, Movement("adjustment", "dispute", -PRICE, "gbp", dispute_id))
    world.imports()
    found = the_open_one(world)
    assert (found.kind, found.amount) == (DiscrepancyKind.MISSING_HERE, Money(PRICE, "GBP"))
    require_told(world)
    decide(world, DiscrepancyAction.POST_TO_SUSPENSE)
    require_sound(world)


def test_a_dispute_transaction_of_nothing_does_not_stand_in_the_way_of_the_next(world: World) -> None:
    paid_booking(world)
    dispute = world.account.get("dispute", world.disputes())
    world.account.keep({**dispute["balance_transactions"][0], "id": "txn_0", "amount": 0, "fee": 500, "net": -500})
    world.settle()
    require_sound(world)


def test_a_charge_that_stripe_lists_twice_is_posted_once_and_missing_here_once(world: World) -> None:
    paid_booking(world)
    charge_id = world.account.all("charge")[0]["id"]
    book(world.account, Movement("charge", "charge", PRICE, "gbp", charge_id))
    world.imports()
    assert the_open_one(world).kind is DiscrepancyKind.MISSING_HERE
    require_told(world)
    decide(world, DiscrepancyAction.POST_TO_SUSPENSE)
    require_sound(world)


def test_only_what_a_journey_posted_is_linked_by_hand(world: World) -> None:
    paid_booking(world)
    book(world.account, Movement("refund", "refund", -1_500, "gbp", None))
    world.imports()
    with world.database.reading() as session:
        fee_id = session.scalars(select(JournalEntry.id).where(JournalEntry.leg == "fee")).one()
    with pytest.raises(LinkTargetUnknown):
        decide(world, DiscrepancyAction.LINK, to_public(Prefix.ENTRY, fee_id))
    require_told(world)
    decide(world, DiscrepancyAction.POST_TO_SUSPENSE)
    require_sound(world)


def test_a_link_to_what_is_in_suspense_takes_it_out(world: World) -> None:
    entry_id = post_by_hand(world, -1_500)
    world.passes(minutes=2)
    world.imports()
    decide(world, DiscrepancyAction.POST_TO_SUSPENSE)
    book(world.account, Movement("refund", "refund", -1_500, "gbp", None))
    world.imports()
    require_told(world)
    assert decide(world, DiscrepancyAction.LINK, to_public(Prefix.ENTRY, entry_id)).cleared_by is Clearing.LINKED
    assert AccountKey.SUSPENSE not in balances(world)
    require_sound(world)


def test_what_our_journal_knows_of_after_all_leaves_suspense(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id)
    imported_without_journeys(world)
    assert the_open_one(world).kind is DiscrepancyKind.MISSING_HERE
    decide(world, DiscrepancyAction.POST_TO_SUSPENSE)
    assert balances(world)[AccountKey.SUSPENSE] == -PRICE
    world.work()
    world.imports()
    assert AccountKey.SUSPENSE not in balances(world)
    require_sound(world)


def test_an_import_that_is_done_counts_what_a_journey_has_still_to_post(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id)
    imported_without_journeys(world)
    assert the_open_one(world).amount == Money(PRICE, "GBP")
    require_told(world)
    world.work()
    world.imports()
    assert world.status(booked).value == "confirmed"
    require_sound(world)


def imported_without_journeys(world: World) -> None:
    """An import that is done while the journeys it asked have come to nothing, as where Stripe refuses us a charge."""
    now = world.outside.clock.now()
    with world.database.writing() as session:
        asked = request_import(session, requested_by="test", starts_over=False, now=now)
    world.work(EffectKind.IMPORT_FROM_STRIPE, EffectKind.RECONCILE)
    assert open_ones(world) == []
    world.passes(minutes=3)
    world.work(EffectKind.IMPORT_FROM_STRIPE, EffectKind.RECONCILE)
    with world.database.reading() as session:
        assert get_import(session, asked.id).status is ImportStatus.DONE


def test_a_charge_that_stripe_settles_in_another_currency_goes_to_suspense_in_both(world: World) -> None:
    paid_booking(world)
    charged = world.account.all("balance_transaction")[0]
    settled = {"currency": "eur", "amount": 21_000, "net": 21_000 - charged["fee"], "exchange_rate": 1.1667}
    world.account.keep({**charged, **settled})
    world.imports()
    found = the_open_one(world)
    assert (found.kind, found.amount) == (DiscrepancyKind.AMOUNT_DIFFERS, Money(21_000, "EUR"))
    with world.database.reading() as session:
        sides = read_sides(session, [found])[found.id]
    assert (sides.theirs, sides.ours) == (Money(21_000, "EUR"), Money(PRICE, "GBP"))
    require_told(world)
    decide(world, DiscrepancyAction.POST_TO_SUSPENSE)
    with world.database.reading() as session:
        in_suspense = [account_balance(session, AccountKey.SUSPENSE, currency) for currency in ("GBP", "EUR")]
        cleared = [account_balance(session, AccountKey.STRIPE_CLEARING, currency) for currency in ("GBP", "EUR")]
    assert (in_suspense, cleared) == ([PRICE, -21_000], [0, 21_000 - charged["fee"]])
    world.imports()
    assert open_ones(world) == []
    require_told(world)
