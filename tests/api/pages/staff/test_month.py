"""The month's page: the one number, what it stands on, and fetching from Stripe."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.sandbox.stripe.balance import Movement, book
from api.sandbox.stripe.payouts import PayoutWish, pay_out, settle_payout
from services.access.keys import Scope
from services.effects.kinds import EffectKind
from services.effects.models import Effect
from services.finance.imports import CLOCK, fail_import, request_import
from services.jobs.outcomes import fail, postpone_or_fail
from services.payments.errors import PaymentsUnavailable
from tests.builders.books import paid_booking
from tests.builders.treasurer import ROOT, Treasurer, a_treasurer
from tests.worlds import World


@pytest.fixture
def treasurer(world: World) -> Treasurer:
    return a_treasurer(world)


def test_the_front_door_leads_to_this_month(treasurer: Treasurer) -> None:
    answer = treasurer.open("")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{ROOT}{treasurer.month}")


def test_whoever_is_not_signed_in_is_led_to_sign_in(world: World) -> None:
    answer = world.client.get(f"{ROOT}/2026-11")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/staff/sign-in?next=")


def test_an_empty_month_says_so(treasurer: Treasurer) -> None:
    page = treasurer.read("/2026-02")
    assert "£0.00" in page
    assert "No money moved this month." in page
    assert 'href="/staff/finance/2026-01"' in page
    assert 'href="/staff/finance/2026-03"' in page
    assert "Nothing has been fetched from Stripe yet." in page


@pytest.mark.parametrize("month", ["2026-13", "9999-12", "soon"])
def test_what_is_no_month_is_not_found(treasurer: Treasurer, month: str) -> None:
    treasurer.read(f"/{month}", 404)


def test_a_month_where_all_is_explained(treasurer: Treasurer) -> None:
    world = treasurer.world
    paid_booking(world)
    world.refunds_in_dashboard(1_000)
    payout_id = world.pays_out()
    world.imports()
    page = treasurer.read(treasurer.month)
    assert "Every penny that Stripe moved this month is accounted for." in page
    for amount in ("£180.00", "-£10.00", "-£2.90", "£167.10"):
        assert amount in page
    assert "What is unexplained" not in page
    assert "One payout waits for a bank statement." in page
    assert payout_id in page
    assert "Awaiting the bank" in page
    assert "<rect" in page
    assert "style=" not in page


def test_a_payout_that_came_back_before_the_bank_had_it_is_not_waited_for(treasurer: Treasurer) -> None:
    world = treasurer.world
    paid_booking(world)
    payout = pay_out(world.account, PayoutWish(is_paid=False))
    settle_payout(world.account, payout["id"], is_paid=False)
    world.imports()
    page = treasurer.read(treasurer.month)
    assert "Came back" in page
    assert "never arrived" in page
    assert "not seen yet" not in page


def test_what_is_unexplained_is_named_with_what_clears_it(treasurer: Treasurer) -> None:
    book(treasurer.world.account, Movement("topup", "topup", 9_000, "gbp", "tu_1"))
    book(treasurer.world.account, Movement("topup", "topup", 700, "eur", "tu_2"))
    treasurer.world.imports()
    page = treasurer.read(f"{treasurer.month}?currency=GBP")
    assert "2 discrepancies" not in page
    assert "One discrepancy is open." in page
    for words in ("£90.00", "Unknown source", "Top-up", "tu_1", "Mark as explained", "€7.00 in EUR"):
        assert words in page
    in_euros = treasurer.read(f"{treasurer.month}?currency=EUR")
    assert 'And <a href="?currency=GBP">£90.00 in GBP</a>.' in in_euros


def test_fetching_is_asked_for_once_watched_and_ended(treasurer: Treasurer) -> None:
    paid_booking(treasurer.world)
    page = treasurer.does("/fetch")
    assert "Fetching from Stripe …" in page
    assert "data-watch" in page
    treasurer.does("/fetch")
    assert treasurer.world.queued(EffectKind.IMPORT_FROM_STRIPE) == 1
    for _ in range(3):
        treasurer.world.work()
        treasurer.world.passes(seconds=2)
    page = treasurer.read("/fetch")
    assert "Last fetched from Stripe" in page
    assert "1 new movement." in page
    assert "data-watch" not in page


def test_an_import_that_stripe_refuses_says_why_and_may_be_asked_for_again(treasurer: Treasurer) -> None:
    world = treasurer.world
    with world.database.writing() as session:
        asked = request_import(session, requested_by=CLOCK, starts_over=False, now=world.outside.clock.now())
        fail_import(session, asked.id, "Stripe does not accept our key for this", now=world.outside.clock.now())
    page = treasurer.read("/fetch")
    assert "Stripe does not accept our key for this." in page
    assert "Fetching from Stripe …" not in page
    assert "Fetch from Stripe now" in page


def test_an_import_in_trouble_says_so(treasurer: Treasurer) -> None:
    world = treasurer.world
    with world.database.writing() as session:
        asked = request_import(session, requested_by=CLOCK, starts_over=False, now=world.outside.clock.now())
        effect = session.get_one(Effect, f"{EffectKind.IMPORT_FROM_STRIPE}:{asked.id}")
        postpone_or_fail(session, effect, PaymentsUnavailable(), now=world.outside.clock.now())
    assert "it is tried again by itself" in treasurer.read("/fetch")
    world.passes(hours=1)
    assert "Is the worker running?" not in treasurer.read("/fetch")
    assert "has not ended" in treasurer.read("/fetch")
    with world.database.writing() as session:
        fail(session, session.get_one(Effect, effect.key), "KeyError", now=world.outside.clock.now())
    assert "It has failed" in treasurer.read("/fetch")


def test_whoever_may_only_read_gets_no_button_and_is_refused(world: World) -> None:
    reader = a_treasurer(world, Scope.FINANCE_READ)
    book(world.account, Movement("topup", "topup", 9_000, "gbp", "tu_1"))
    world.imports()
    page = reader.read(reader.month)
    assert "Unknown source" in page
    assert "Clear it" not in page
    assert "Fetch from Stripe now" not in page
    assert reader.send("/fetch").status_code == 403
    nobody = a_treasurer(world, Scope.SETS_READ, email="sam@larkfield.example")
    assert nobody.open(nobody.month).status_code == 403


def test_a_post_without_the_pages_token_is_refused(treasurer: Treasurer) -> None:
    answer = treasurer.browser.client.post(f"{ROOT}/fetch", data={})
    assert answer.status_code == 403
    assert treasurer.world.queued(EffectKind.IMPORT_FROM_STRIPE) == 0


def test_a_month_ahead_is_not_led_to(treasurer: Treasurer) -> None:
    ahead = treasurer.world.outside.clock.now().replace(day=1) + timedelta(days=32)
    assert f'href="{ROOT}/{ahead:%Y-%m}"' not in treasurer.read(treasurer.month)
