"""Booking on the charity's own page: choose, book, pay, come back, and every way that goes otherwise."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests
from playwright.sync_api import Route, expect

from services.sets.words import SetStatus
from tests.browser.embed.visit import PATIENCE_MS, Charity, Visit

BOOKINGS = re.compile(r"/v1/sets/[^/]+/bookings$")
KEPT = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
"""What a browser says when the Back button leads to a page that it kept whole."""


def test_two_people_are_booked_paid_for_and_get_their_dates(visit: Visit, charity: Charity, width: int) -> None:
    visit.open(charity.sets('for="form"') + charity.booking("new-managers-leeds", 'id="form"'), width=width)
    visit.page.get_by_role("link", name="See and book: Campaigners").click()
    visit.expect_heading("Campaigners' action learning set")
    visit.page.get_by_role("radio", name="Income £100k to £1m a year £300", exact=True).check()
    visit.fill_in(email=f"ada-{width}@example.org")
    visit.add_person("Ben Okoro", f"ben-{width}@example.org")
    visit.page.get_by_label("Upcoming events").check()
    expect(visit.page.get_by_text("£600", exact=True)).to_be_visible()
    visit.press("Go to payment")
    visit.pay()
    visit.expect_heading("Your booking is confirmed")
    assert "setlist=" not in visit.page.url
    assert visit.page.evaluate("sessionStorage.length") == 0
    calendar = visit.page.get_by_role("link", name="Add the dates to your calendar").get_attribute("href")
    assert requests.get(str(calendar), timeout=10).text.count("BEGIN:VEVENT") == 6
    assert charity.setlist.letter(f"ada-{width}@example.org", "confirm")
    assert [name for name, _ in visit.heard if name != "ready"] == ["booked", "paying"]
    assert visit.details("booked")[0]["places"] == 2


def test_a_free_place_is_booked_at_once(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(charity.a_set(price_minor=0).slug))
    visit.fill_in()
    visit.press("Book")
    visit.expect_heading("Your booking is confirmed")
    assert visit.details("booked")[0]["status"] == "confirmed"


def test_somebody_may_book_for_others_alone(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(charity.a_set(price_minor=0).slug))
    visit.fill_in()
    visit.page.get_by_label("I am taking a place myself").uncheck()
    visit.press("Book")
    expect(visit.page.get_by_role("link", name="Who is coming: Say who is coming")).to_be_visible()
    visit.add_person("Ben Okoro", "ben@example.org")
    visit.add_person("Cleo Marsh", "cleo@example.org")
    visit.press("Remove person 1")
    visit.press("Book")
    visit.expect_heading("Your booking is confirmed")


def test_no_more_people_are_added_than_places_are_left(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(charity.a_set(capacity=6, taken=4).slug))
    expect(visit.page.get_by_text("2 places left")).to_be_visible()
    visit.add_person("Ben Okoro", "ben@example.org")
    expect(visit.page.get_by_role("button", name="Add another person")).to_be_hidden()
    expect(visit.page.get_by_text("That is every place that is left.")).to_be_visible()


def test_whoever_gives_up_paying_finds_the_places_held(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(charity.a_set().slug))
    visit.fill_in()
    visit.press("Go to payment")
    visit.page.wait_for_url("**/sandbox/stripe/pay/**")
    visit.press("Give up and go back")
    visit.expect_heading("We are keeping your booking while you pay")
    expect(visit.page.get_by_text(re.compile(r"Please pay by \d\d:\d\d \(UK time\)"))).to_be_visible()
    visit.press("I have paid: check now")
    expect(visit.page.get_by_role("alert")).to_contain_text("No payment has arrived yet")
    visit.press("Pay now")
    visit.pay()
    visit.expect_heading("Your booking is confirmed")


def test_the_back_button_leads_to_the_held_booking_and_from_there_to_a_new_one(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(charity.a_set().slug))
    visit.fill_in()
    visit.press("Go to payment")
    visit.page.wait_for_url("**/sandbox/stripe/pay/**")
    visit.page.go_back()
    visit.expect_heading("We are keeping your booking while you pay")
    visit.press("Start a new booking")
    expect(visit.page.get_by_label("Your name")).to_be_visible()


def send_and_stay(visit: Visit, charity: Charity) -> None:
    """Book, with a way to the payment page that leads nowhere: the page stays as a browser would keep it."""
    visit.page.route("**/sandbox/stripe/pay/**", lambda route: route.fulfill(status=204))
    visit.open(charity.booking(charity.a_set().slug))
    visit.fill_in()
    with visit.page.expect_request("**/sandbox/stripe/pay/**"):
        visit.press("Go to payment")


def test_a_page_that_the_browser_kept_asks_after_what_was_sent_from_it(visit: Visit, charity: Charity) -> None:
    send_and_stay(visit, charity)
    visit.page.evaluate(KEPT)
    visit.expect_heading("We are keeping your booking while you pay")


def test_a_page_that_the_browser_kept_begins_anew_once_all_is_told(visit: Visit, charity: Charity) -> None:
    send_and_stay(visit, charity)
    visit.page.evaluate(f"sessionStorage.clear(); {KEPT}")
    expect(visit.page.get_by_label("Your name")).to_have_value("")
    visit.press("Go to payment")
    assert "There is a problem" in visit.focused("at.textContent")


def test_a_bank_that_is_slow_is_nothing_to_worry_about(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(charity.a_set().slug))
    visit.fill_in()
    visit.press("Go to payment")
    visit.page.wait_for_url("**/sandbox/stripe/pay/**")
    visit.press("Pay by a slow method")
    visit.expect_heading("Your bank is still sending the money")


def test_a_payment_service_out_of_reach_leaves_the_places_held(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(charity.a_set().slug))
    visit.fill_in()
    fault(charity, times=1_000)
    try:
        visit.press("Go to payment")
        visit.expect_heading("We are keeping your booking while you pay")
        expect(visit.page.get_by_role("alert")).to_contain_text("payment service cannot be reached")
    finally:
        fault(charity, times=0)
    visit.press("Pay now")
    visit.pay()
    visit.expect_heading("Your booking is confirmed")


def test_a_browser_that_keeps_nothing_says_where_the_booking_is(visit: Visit, charity: Charity) -> None:
    visit.page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full') }")
    visit.open(charity.booking(charity.a_set().slug))
    visit.fill_in()
    visit.press("Go to payment")
    visit.pay()
    visit.expect_heading("Have you just paid?")


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"taken": 6}, "This set is full."),
        ({"status": SetStatus.RUNNING}, "This set takes no bookings now."),
        ({"status": SetStatus.CANCELLED}, "This set is cancelled."),
    ],
)
def test_a_set_that_takes_no_bookings_says_why(
    visit: Visit, charity: Charity, wanted: dict[str, Any], said: str
) -> None:
    visit.open(charity.booking(charity.a_set(**wanted).slug))
    expect(visit.page.get_by_role("status").filter(has_text=said)).to_be_visible()
    expect(visit.page.get_by_role("button")).to_have_count(0)


def test_errors_take_focus_and_lead_to_their_fields(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(charity.a_set().slug))
    visit.press("Go to payment")
    assert "There is a problem" in visit.focused("at.textContent")
    visit.page.get_by_role("link", name="Your e-mail address").click()
    email = visit.page.get_by_label("Your e-mail address")
    expect(email).to_be_focused()
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(email).to_have_accessible_description("We use it to write to you about this booking. Fill this in")
    email.fill("ada@example.org")
    expect(email).not_to_have_attribute("aria-invalid", "true")
    expect(email).to_have_accessible_description("We use it to write to you about this booking.")
    expect(visit.page.get_by_label("Your name")).to_have_attribute("aria-invalid", "true")


def test_what_the_server_refuses_is_shown_at_its_field(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(charity.a_set(price_minor=0).slug))
    visit.fill_in()
    visit.add_person("Ben Okoro", "ben@exa..mple.org")
    visit.press("Book")
    theirs = visit.page.get_by_role("group", name="Person 2").get_by_label("E-mail address")
    expect(theirs).to_have_attribute("aria-invalid", "true")
    expect(visit.page.get_by_label("Your e-mail address")).not_to_have_attribute("aria-invalid", "true")
    theirs.fill("ben@example.org")
    visit.press("Book")
    visit.expect_heading("Your booking is confirmed")


def test_a_set_that_fills_up_meanwhile_says_so(visit: Visit, charity: Charity) -> None:
    wanted = charity.a_set(price_minor=0)
    visit.open(charity.booking(wanted.slug))
    visit.fill_in()
    charity.take_places(wanted, 5)
    visit.add_person("Ben Okoro", "ben@example.org")
    visit.press("Book")
    expect(visit.page.get_by_text("There are not that many places left any more.")).to_be_visible()
    expect(visit.page.get_by_text("1 place left")).to_be_visible()
    expect(visit.page.get_by_label("Your name")).to_have_value("Ada Obi")
    charity.take_places(wanted, 6)
    visit.page.get_by_role("button", name="Remove person 2").click()
    for box in visit.page.get_by_label("I accept").all():
        box.check()
    visit.press("Book")
    expect(visit.page.get_by_text("This set is full.")).to_be_visible()
    assert [each["code"] for each in visit.details("error")] == ["set-full", "set-full"]


def test_the_same_content_keeps_its_key_and_an_edited_one_gets_another(visit: Visit, charity: Charity) -> None:
    keys: list[str] = []

    def drop(route: Route) -> None:
        if route.request.method == "OPTIONS":
            return route.continue_()
        keys.append(route.request.headers["idempotency-key"])
        return route.abort() if len(keys) < 5 else route.continue_()

    visit.page.route(BOOKINGS, drop)
    visit.hurry()
    visit.open(charity.booking(charity.a_set(price_minor=0).slug))
    visit.fill_in()
    visit.press("Book")
    expect(visit.page.get_by_text("We cannot reach the booking service.")).to_be_visible(timeout=PATIENCE_MS)
    assert len(keys) == 3
    visit.page.get_by_label("Your name").fill("Ada B. Obi")
    visit.press("Book")
    visit.expect_heading("Your booking is confirmed")
    assert len(set(keys[:3])) == 1
    assert len(set(keys[3:])) == 1
    assert keys[0] != keys[3]


def test_an_answer_that_was_lost_is_asked_for_again_and_nobody_books_twice(visit: Visit, charity: Charity) -> None:
    lost: list[int] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    visit.page.route(BOOKINGS, lose)
    visit.hurry()
    wanted = charity.a_set(price_minor=0)
    visit.open(charity.booking(wanted.slug))
    visit.fill_in()
    visit.press("Book")
    visit.expect_heading("Your booking is confirmed")
    assert lost == [201]
    shown = requests.get(f"{charity.setlist.url}/v1/sets/{wanted.slug}", timeout=10).json()
    assert shown["places_left"] == 5


def test_everything_can_be_done_by_keyboard_alone(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(charity.a_set().slug))
    expect(visit.page.get_by_label("Your name")).to_be_visible()
    type_at(visit, "booker-name", "Ada Obi")
    type_at(visit, "booker-email", "ada@example.org")
    tab_to(visit, "at.textContent === 'Add another person'")
    visit.page.keyboard.press("Enter")
    assert visit.focused("at.id").endswith("-name")
    visit.page.keyboard.type("Ben Okoro")
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.type("ben@example.org")
    tab_to(visit, "at.localName === 'summary'")
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_text("What is said here stays here.")).to_be_visible()
    for box in ("rules", "terms"):
        tab_to(visit, f"at.id === '{box}'")
        visit.page.keyboard.press("Space")
    tab_to(visit, "at.type === 'submit'")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/sandbox/stripe/pay/**")
    tab_to(visit, "at.value === 'succeed'")
    visit.page.keyboard.press("Enter")
    visit.expect_heading("Your booking is confirmed")
    tab_to(visit, "at.textContent === 'Add the dates to your calendar'")


def type_at(visit: Visit, identifier: str, text: str) -> None:
    tab_to(visit, f"at.id === '{identifier}'")
    visit.page.keyboard.type(text)


def tab_to(visit: Visit, question: str) -> None:
    """Press Tab until what is in focus answers yes, and can be seen to be in focus."""
    for _ in range(40):
        visit.page.keyboard.press("Tab")
        if visit.focused(question):
            assert visit.focused("getComputedStyle(at).outlineStyle") != "none"
            return
    raise AssertionError(f"no Tab leads to {question}")


def fault(charity: Charity, *, times: int) -> None:
    """Stripe breaks, so many times from now on."""
    body = {"service": "stripe", "kind": "down", "times": times}
    assert requests.post(f"{charity.setlist.url}/sandbox/faults", json=body, timeout=10).ok
