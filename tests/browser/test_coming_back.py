"""Coming back from the payment page: having paid, to the truth; by the Back button, to what was typed and booked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
import requests
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from services.bookings.models import Booking
from services.bookings.words import BookingStatus
from services.database import Database
from services.ids import Prefix, to_public
from services.people.words import IncomeBand
from tests.browser.visitors import PATIENCE_MS, a_set_of_its_own, booking_seen_as, fetch
from tests.builders.sets import BuiltSet
from tests.embedded import Embedded

BANDS = (IncomeBand.UNDER_100K, IncomeBand.OVER_1M)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def learning_set(setlist: Embedded) -> BuiltSet:
    return a_set_of_its_own(setlist, bands=BANDS)


def test_the_page_finds_by_itself_a_payment_whose_webhooks_were_lost(
    page: Page, setlist: Embedded, learning_set: BuiltSet
) -> None:
    go_to_pay(page, setlist, learning_set)
    with without_webhooks(setlist):
        page.get_by_role("button", name="Pay", exact=True).click()
        expect(page.get_by_role("heading", name="Your booking is confirmed")).to_be_visible(timeout=PATIENCE_MS)


def test_the_people_the_total_and_the_held_booking_are_there_again(
    page: Page, setlist: Embedded, learning_set: BuiltSet
) -> None:
    address = go_to_pay(page, setlist, learning_set)
    page.go_back()
    expect(page.get_by_role("group", name="Person 1", exact=True).get_by_label("Name")).to_have_value("Ben Okoro")
    expect(page.get_by_text("£360", exact=True)).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="we are keeping your booking while you pay")).to_be_visible()
    page.get_by_role("button", name="Go to payment").click()
    page.wait_for_url(address)
    assert places_left(setlist, learning_set) == 4
    page.go_back()
    page.get_by_role("link", name="Go to your booking").click()
    expect(page.get_by_role("heading", name="We are keeping your booking while you pay")).to_be_visible()


def test_an_edited_form_asks_before_it_books_again(page: Page, setlist: Embedded, learning_set: BuiltSet) -> None:
    go_to_pay(page, setlist, learning_set)
    page.go_back()
    expect(page.get_by_role("link", name="Go to your booking")).to_be_visible()
    page.get_by_role("button", name="Remove person 1").click()
    page.get_by_role("button", name="Go to payment").click()
    expect(page.get_by_text("You have made a booking with this page already.")).to_be_visible()
    assert places_left(setlist, learning_set) == 4


def test_after_a_booking_that_is_over_the_form_makes_another(
    page: Page, setlist: Embedded, learning_set: BuiltSet
) -> None:
    address = go_to_pay(page, setlist, learning_set)
    with booking_seen_as(setlist, booking_on(setlist, learning_set), status=BookingStatus.LAPSED, held_until=None):
        with page.expect_response("**/book/before"):
            page.go_back()
        page.get_by_role("button", name="Go to payment").click()
        expect(page.get_by_text("no money moves here")).to_be_visible()
        assert page.url != address


def test_after_a_refusal_there_is_no_word_of_a_booking(page: Page, setlist: Embedded, learning_set: BuiltSet) -> None:
    page.goto(f"{setlist.url}/sets/{learning_set.slug}/book")
    page.get_by_role("button", name="Add another person").click()
    page.get_by_role("group", name="Person 1", exact=True).get_by_label("Name").fill("Ben Okoro")
    page.get_by_role("button", name="Go to payment").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    with page.expect_response("**/book/before"):
        page.go_back()
    expect(page.get_by_role("group", name="Person 1", exact=True).get_by_label("Name")).to_have_value("Ben Okoro")
    expect(page.get_by_role("link", name="Go to your booking")).to_have_count(0)


def test_whoever_took_the_last_places_is_told_where_they_are(page: Page, setlist: Embedded) -> None:
    last = a_set_of_its_own(setlist, bands=BANDS, capacity=2)
    go_to_pay(page, setlist, last)
    page.go_back()
    page.get_by_role("link", name="find your booking").click()
    expect(page.get_by_role("button", name="Send me the link")).to_be_visible()


def go_to_pay(page: Page, setlist: Embedded, learning_set: BuiltSet) -> str:
    """Book for two; answers the payment page's address."""
    page.goto(f"{setlist.url}/sets/{learning_set.slug}/book")
    page.get_by_label("Your name").fill("Ada Obi")
    page.get_by_label("Your e-mail address").fill(f"{uuid4()}@example.org")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Add another person").click()
    person = page.get_by_role("group", name="Person 1", exact=True)
    person.get_by_label("Name").fill("Ben Okoro")
    person.get_by_label("E-mail address").fill(f"{uuid4()}@example.org")
    for box in page.get_by_label("I accept").all():
        box.check()
    page.get_by_role("button", name="Go to payment").click()
    expect(page.get_by_text("no money moves here")).to_be_visible()
    return page.url


@contextmanager
def without_webhooks(setlist: Embedded) -> Iterator[None]:
    """While the block runs, Stripe tells us of nothing by itself."""
    switch = f"{setlist.url}/sandbox/faults"
    fault = {"service": "stripe", "kind": "lose_webhook"}
    requests.post(switch, json=fault | {"times": 1_000}, timeout=10).raise_for_status()
    try:
        yield
    finally:
        requests.post(switch, json=fault | {"times": 0}, timeout=10).raise_for_status()


def booking_on(setlist: Embedded, learning_set: BuiltSet) -> str:
    """The public id of the set's only booking."""
    database = Database(setlist.database_url)
    with database.reading() as session:
        made = session.scalars(select(Booking.id).where(Booking.learning_set_id == learning_set.id)).one()
    database.dispose()
    return to_public(Prefix.BOOKING, made)


def places_left(setlist: Embedded, learning_set: BuiltSet) -> int:
    left: int = fetch(setlist, f"/v1/sets/{learning_set.slug}")["places_left"]
    return left
