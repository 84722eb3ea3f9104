"""A visitor who chooses another set, and a page that moves its form about, while an answer is on its way."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.browser.embed.test_embed_booking import BOOKINGS
from tests.browser.embed.visit import Charity, Visit

OURS, OTHER = "Leading through change", "Campaigners' action learning set"
MOVE = "document.body.append(document.querySelector('setlist-booking'))"


def test_a_booking_under_way_is_told_under_its_own_name(visit: Visit, charity: Charity) -> None:
    open_beside_a_list(visit, charity, price_minor=0)
    visit.fill_in()
    go_on = hold_back(visit, BOOKINGS, lambda: visit.press("Book"))
    choose_the_other(visit)
    visit.page.evaluate("document.querySelector('setlist-booking').setAttribute('set', 'campaigners-online')")
    go_on()
    visit.expect_heading("Your booking is confirmed")
    expect(visit.page.locator("setlist-booking").get_by_text(OURS)).to_be_visible()
    choose_the_other(visit)
    visit.expect_heading(OTHER)


def test_a_payment_is_for_the_set_that_was_booked_and_found_again_under_it(visit: Visit, charity: Charity) -> None:
    open_beside_a_list(visit, charity)
    visit.fill_in()
    go_on = hold_back(visit, BOOKINGS, lambda: visit.press("Go to payment"))
    choose_the_other(visit)
    go_on()
    visit.pay()
    visit.expect_heading("Your booking is confirmed")
    expect(visit.page.locator("setlist-booking").get_by_text(OURS)).to_be_visible()
    (paying,) = visit.details("paying")
    assert paying["set"] == visit.details("booked")[0]["set"]


def test_what_a_refused_booking_was_for_is_still_there(visit: Visit, charity: Charity) -> None:
    open_beside_a_list(visit, charity, price_minor=0, capacity=2)
    visit.fill_in()
    visit.add_person("Ben Okoro", "ben@exa..mple.org")
    go_on = hold_back(visit, BOOKINGS, lambda: visit.press("Book"))
    choose_the_other(visit)
    go_on()
    expect(visit.page.locator("[aria-invalid=true]")).to_have_count(1)
    expect(visit.page.get_by_label("Your name")).to_have_value("Ada Obi")
    choose_the_other(visit)
    visit.expect_heading(OTHER)


def test_a_late_word_of_a_payment_does_not_take_the_place_of_another_set(visit: Visit, charity: Charity) -> None:
    open_beside_a_list(visit, charity)
    visit.fill_in()
    visit.press("Go to payment")
    visit.page.wait_for_url("**/sandbox/stripe/pay/**")
    visit.press("Give up and go back")
    visit.expect_heading("We are keeping your booking while you pay")
    go_on = hold_back(visit, re.compile("/payment-check$"), lambda: visit.press("I have paid: check now"))
    choose_the_other(visit)
    visit.expect_heading(OTHER)
    with visit.page.expect_response(re.compile("/payment-check$")):
        go_on()
    visit.expect_heading(OTHER)


def test_asking_for_a_payment_ends_with_the_choice_of_another_set(visit: Visit, charity: Charity) -> None:
    visit.hurry()
    open_beside_a_list(visit, charity)
    visit.fill_in()
    visit.press("Go to payment")
    visit.page.wait_for_url("**/sandbox/stripe/pay/**")
    asked: list[Route] = []
    visit.page.route("**/payment-check", lambda route: asked.append(route))
    visit.press("Give up and go back")
    visit.page.wait_for_function("() => document.querySelector('setlist-booking')?.shadowRoot?.querySelector('h2, p')")
    while not asked:
        visit.page.wait_for_timeout(50)
    choose_the_other(visit)
    visit.expect_heading(OTHER)
    with visit.page.expect_event("requestfailed"):
        asked[0].abort()
    visit.page.evaluate("new Promise((done) => setTimeout(done, 3_000))")
    assert len(asked) == 1
    visit.expect_heading(OTHER)


def test_a_set_may_be_opened_in_a_tab_of_its_own(visit: Visit, charity: Charity) -> None:
    visit.open(charity.sets('for="form"') + charity.booking(charity.a_set().slug, 'id="form"'))
    with visit.page.context.expect_page() as opened:
        visit.page.get_by_role("link", name="See and book: Campaigners").click(modifiers=["Control"])
    expect(opened.value).to_have_url(f"{charity.setlist.url}/sets/campaigners-online")
    expect(visit.page.locator("setlist-booking").get_by_role("heading", name=OURS)).to_be_visible()


def test_moved_within_its_page_the_form_keeps_what_was_typed(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(charity.a_set().slug))
    visit.fill_in()
    visit.page.evaluate(MOVE)
    expect(visit.page.get_by_label("Your name")).to_have_value("Ada Obi")
    visit.press("Go to payment")
    visit.pay()
    visit.expect_heading("Your booking is confirmed")


def test_moved_while_it_loads_the_form_is_shown_all_the_same(visit: Visit, charity: Charity) -> None:
    elements = charity.booking(charity.a_set().slug)
    go_on = hold_back(visit, re.compile("/v1/form-tokens$"), lambda: visit.open(elements))
    visit.page.evaluate(MOVE)
    go_on()
    expect(visit.page.get_by_label("Your name")).to_be_visible()


def open_beside_a_list(visit: Visit, charity: Charity, *, price_minor: int = 18_000, capacity: int = 6) -> None:
    wanted = charity.a_set(price_minor=price_minor, capacity=capacity)
    visit.open(charity.sets('for="form"') + charity.booking(wanted.slug, 'id="form"'))


def choose_the_other(visit: Visit) -> None:
    visit.page.get_by_role("link", name="See and book: Campaigners").click()


def hold_back(visit: Visit, address: re.Pattern[str], act: Callable[[], object]) -> Callable[[], None]:
    """Act, and keep the first request that follows from the server until the answer is called."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        if held or route.request.method == "OPTIONS":
            route.continue_()
        else:
            held.append(route)

    visit.page.route(address, hold)
    act()
    while not held:
        visit.page.wait_for_timeout(50)
    return held[0].continue_
