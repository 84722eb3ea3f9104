"""Payouts that fail after the bank had them, or after everybody had stopped waiting for them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from api.sandbox.stripe.payouts import settle_payout
from services.finance.arrivals import last_day_at_bank
from services.finance.bank.choosing import Choice, match_line, unmatch_line
from services.finance.bank.errors import PayoutAtBank
from services.finance.bank.storing import Upload, upload_statement
from services.finance.bank.views import LineFilter, LineView, list_lines
from services.finance.models import Payout
from services.finance.payout_views import get_payout
from services.finance.reconciliation import reconcile
from services.finance.words import DiscrepancyAction, DiscrepancyKind, Verdict
from services.ledger.chart import AccountKey
from services.money import Money
from tests.builders.books import (
    a_statement,
    balances,
    decide,
    open_ones,
    paid_booking,
    require_sound,
    require_told,
    the_open_one,
)
from tests.builders.finance import Booked, as_csv
from tests.worlds import World

OURS = {AccountKey.BANK, AccountKey.PAYOUTS_IN_TRANSIT, AccountKey.SUSPENSE}


def paid_out(world: World) -> Payout:
    paid_booking(world)
    return paid_out_now(world)


def paid_out_now(world: World) -> Payout:
    payout_id = world.pays_out()
    world.imports()
    with world.database.reading() as session:
        return session.get_one(Payout, payout_id)


def shows(world: World, on: date, amount_minor: int, words: str = "STRIPE PAYMENTS UK") -> LineView:
    """A statement of one line."""
    content = as_csv([Booked(on, f"{amount_minor / 100:.2f}", words)])
    upload_statement(world.database, world.outside.clock, Upload(content, "staff:test"))
    with world.database.reading() as session:
        lines = list_lines(session, LineFilter(), after=None, limit=10)
    return next(line for line in lines if line.booked_on == on and line.amount.amount_minor == amount_minor)


def fails(world: World, payout: Payout) -> None:
    settle_payout(world.account, payout.id, is_paid=False)
    world.settle()
    world.imports()


def verdict(world: World, payout: Payout) -> Verdict:
    with world.database.reading() as session:
        return get_payout(session, payout.id).payout.verdict


def failed_at_bank(world: World) -> Payout:
    payout = paid_out(world)
    assert shows(world, payout.arrival_on, payout.amount_minor).payout_id == payout.id
    require_sound(world)
    fails(world, payout)
    found = the_open_one(world)
    assert (found.kind, found.payout_id) == (DiscrepancyKind.NOT_AT_BANK, payout.id)
    assert found.amount == Money(payout.amount_minor, "GBP")
    assert verdict(world, payout) is Verdict.DISCREPANCY
    require_told(world)
    return payout


def test_a_payout_that_fails_at_the_bank_is_unexplained_until_the_bank_sends_it_back(world: World) -> None:
    payout = failed_at_bank(world)
    line = shows(world, payout.arrival_on + timedelta(days=1), -payout.amount_minor)
    assert (line.payout_id, line.is_return) == (payout.id, True)
    assert verdict(world, payout) is Verdict.FAILED
    assert balances(world).keys().isdisjoint(OURS)
    require_sound(world)


def test_what_was_sent_back_is_paid_out_again(world: World) -> None:
    payout = failed_at_bank(world)
    shows(world, payout.arrival_on + timedelta(days=1), -payout.amount_minor)
    world.passes(days=2)
    again = paid_out_now(world)
    assert shows(world, again.arrival_on, again.amount_minor).payout_id == again.id
    assert balances(world)[AccountKey.BANK] == payout.amount_minor
    assert AccountKey.PAYOUTS_IN_TRANSIT not in balances(world)
    require_sound(world)


def test_a_negative_payout_that_fails_is_sent_back_the_other_way(world: World) -> None:
    payout = paid_out(world)
    shows(world, payout.arrival_on, payout.amount_minor)
    world.refunds_in_dashboard(7_000)
    world.passes(days=1)
    negative = paid_out_now(world)
    assert shows(world, negative.arrival_on, negative.amount_minor).payout_id == negative.id
    fails(world, negative)
    require_told(world)
    assert the_open_one(world).payout_id == negative.id
    assert shows(world, negative.arrival_on + timedelta(days=1), -negative.amount_minor).is_return
    assert balances(world)[AccountKey.BANK] == payout.amount_minor
    require_sound(world)


def test_what_never_comes_back_is_posted_to_suspense_and_leaves_it_when_it_does(world: World) -> None:
    payout = failed_at_bank(world)
    decide(world, DiscrepancyAction.POST_TO_SUSPENSE)
    assert balances(world)[AccountKey.SUSPENSE] == -payout.amount_minor
    assert AccountKey.PAYOUTS_IN_TRANSIT not in balances(world)
    require_sound(world)
    world.passes(days=5)
    shows(world, payout.arrival_on + timedelta(days=5), -payout.amount_minor)
    assert balances(world).keys().isdisjoint(OURS)
    require_sound(world)


def test_the_line_that_brought_it_was_another_ones_after_all(world: World) -> None:
    payout = failed_at_bank(world)
    brought = shows(world, payout.arrival_on, payout.amount_minor)
    shows(world, payout.arrival_on + timedelta(days=1), -payout.amount_minor)
    with world.database.writing() as session:
        unmatch_line(session, brought.id, by="staff:test", now=world.outside.clock.now())
        assert [line.payout_id for line in list_lines(session, LineFilter(), after=None, limit=10)] == [None, None]
    assert balances(world).keys().isdisjoint(OURS)
    require_sound(world)


def test_a_line_that_sent_nothing_back_is_unmatched_and_matched_again(world: World) -> None:
    payout = failed_at_bank(world)
    back = shows(world, payout.arrival_on + timedelta(days=1), -payout.amount_minor, words="RETURNED")
    assert (back.payout_id, back.candidates) == (None, (payout.id,))
    now = world.outside.clock.now()
    for _ in range(2):
        with world.database.writing() as session:
            assert match_line(session, back.id, Choice(payout.id, "staff:test"), now=now).is_return
        require_told(world)
        assert open_ones(world) == []
        with world.database.writing() as session:
            unmatch_line(session, back.id, by="staff:test", now=now)
        assert the_open_one(world).kind is DiscrepancyKind.NOT_AT_BANK
        require_told(world)
    decide(world, DiscrepancyAction.POST_TO_SUSPENSE)


def test_a_payout_that_did_not_fail_is_sent_back_by_no_line(world: World) -> None:
    payout = paid_out(world)
    shows(world, payout.arrival_on, payout.amount_minor)
    line = shows(world, payout.arrival_on + timedelta(days=1), -payout.amount_minor)
    assert (line.payout_id, line.candidates) == (None, ())
    with world.database.writing() as session, pytest.raises(PayoutAtBank):
        match_line(session, line.id, Choice(payout.id, "staff:test"), now=world.outside.clock.now())


def test_a_payout_that_fails_late_is_read_again(world: World) -> None:
    payout = paid_out(world)
    world.passes(days=9)
    fails(world, payout)
    assert verdict(world, payout) is Verdict.FAILED
    covered_without_it(world, payout)
    assert open_ones(world) == []
    require_sound(world)


def test_a_missing_payout_that_fails_late_leaves_suspense(world: World) -> None:
    payout = paid_out(world)
    world.passes(days=9)
    covered_without_it(world, payout)
    decide(world, DiscrepancyAction.POST_TO_SUSPENSE)
    assert balances(world)[AccountKey.SUSPENSE] == payout.amount_minor
    fails(world, payout)
    require_told(world)
    assert balances(world).keys().isdisjoint(OURS)
    require_sound(world)


def covered_without_it(world: World, payout: Payout) -> None:
    with world.database.writing() as session:
        session.add(a_statement(payout.arrival_on, last_day_at_bank(payout.arrival_on)))
        session.flush()
        reconcile(session, now=world.outside.clock.now())
