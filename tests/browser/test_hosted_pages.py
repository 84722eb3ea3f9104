"""The whole journey on hosted pages: with script and without."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.browser.visitors import FREE, PAID, fetch, fill_in_booking, link, wait_for_payment
from tests.embedded import Embedded

PHONE, DESK = ViewportSize(width=360, height=740), ViewportSize(width=1280, height=800)


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def has_script(request: pytest.FixtureRequest) -> bool:
    found: bool = request.param
    return found


@pytest.fixture
def context(browser: Browser, has_script: bool) -> Iterator[BrowserContext]:
    context = browser.new_context(java_script_enabled=has_script, viewport=DESK if has_script else PHONE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def test_somebody_chooses_a_set_books_for_two_pays_and_takes_the_dates_home(
    page: Page, setlist: Embedded, has_script: bool
) -> None:
    page.goto(f"{setlist.url}/sets")
    page.get_by_role("link", name="Campaigners' action learning set").click()
    page.get_by_role("link", name="Book your place").click()
    fill_in_booking(page, "ada@example.org", "ben@example.org")
    page.get_by_role("button", name="Go to payment").click()
    page.get_by_role("button", name="Pay", exact=True).click()
    wait_for_payment(page, page.get_by_role("heading", name="Your booking is confirmed"), has_script=has_script)
    expect(page.get_by_text("£360", exact=True)).to_be_visible()
    with page.expect_download() as calendar:
        page.get_by_role("link", name="Add the dates to your calendar").click()
    assert calendar.value.path().read_text().count("BEGIN:VEVENT") == 6
    assert setlist.letter("ben@example.org", "place")


def test_a_free_place_is_confirmed_at_once_and_the_newsletter_is_asked_about(page: Page, setlist: Embedded) -> None:
    page.goto(f"{setlist.url}/sets/{FREE}/book")
    expect(page.get_by_label("News", exact=True)).not_to_be_checked()
    page.get_by_label("Your name").fill("Cleo Baptiste")
    address = f"cleo{id(page)}@example.org"
    page.get_by_label("Your e-mail address").fill(address)
    page.get_by_label("I accept the ground rules").check()
    page.get_by_label("I accept the booking terms").check()
    page.get_by_label("News", exact=True).check()
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_role("heading", name="Your booking is confirmed")).to_be_visible()
    assert setlist.letter(address, "confirm")


def test_what_is_wrong_is_said_at_once_beside_each_field(page: Page, setlist: Embedded) -> None:
    page.goto(f"{setlist.url}/sets/{PAID}/book")
    page.get_by_label("Your e-mail address").fill("ada@")
    page.get_by_label("I am taking a place myself").uncheck()
    page.get_by_role("button", name="Go to payment").click()
    expect(page).to_have_title(re.compile("^Problem: Book: "))
    summary = page.get_by_role("alert")
    for sentence in (
        "Enter your name",
        "Enter an e-mail address like name@example.org",
        "Choose a price",
        "Say who is coming: tick the box, or add a person",
        "Tick the box to accept the ground rules",
        "Tick the box to accept the booking terms",
    ):
        expect(summary.get_by_role("link", name=sentence)).to_be_visible()
    expect(page.get_by_label("Your e-mail address")).to_have_value("ada@")
    expect(page.get_by_label("Your e-mail address")).to_have_accessible_description(re.compile("name@example.org"))


def test_people_come_and_go_and_with_script_without_a_reload(page: Page, setlist: Embedded, has_script: bool) -> None:
    page.goto(f"{setlist.url}/sets/{PAID}/book")
    loaded: list[str] = []
    page.on("framenavigated", lambda frame: loaded.append(frame.url))
    page.get_by_label("Your name").fill("Ada Obi")
    page.get_by_label("Income under £100k a year").check()
    for number, name in enumerate(("Ben Okoro", "Cleo Baptiste"), start=1):
        page.get_by_role("button", name="Add another person").click()
        page.get_by_role("group", name=f"Person {number}", exact=True).get_by_label("Name").fill(name)
    page.get_by_role("button", name="Remove person 1").click()
    expect(page.get_by_role("group", name="Person 1", exact=True).get_by_label("Name")).to_have_value("Cleo Baptiste")
    expect(page.get_by_label("Your name")).to_have_value("Ada Obi")
    expect(page.get_by_text("£360", exact=True)).to_be_visible()
    assert (loaded == []) == has_script


def test_a_reader_signs_up_confirms_and_leaves(page: Page, setlist: Embedded) -> None:
    address = f"dora{id(page)}@example.org"
    page.goto(f"{setlist.url}/newsletter")
    page.get_by_label("Your e-mail address").fill(address)
    page.get_by_label("Upcoming events", exact=True).check()
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="Please look in your inbox")).to_be_visible()
    page.goto(link(setlist.letter(address, "confirm")["text"], "/newsletter/confirm/"))
    page.get_by_role("button", name="Yes, send me the newsletter").click()
    page.goto(f"{setlist.url}/newsletter")
    page.get_by_role("link", name="Stop all e-mails").click()
    page.get_by_label("Your e-mail address").fill(address)
    page.get_by_role("button", name="Stop all e-mails").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Done")


def test_a_button_pressed_twice_makes_one_booking(page: Page, setlist: Embedded) -> None:
    before = places_left(setlist)
    page.goto(f"{setlist.url}/sets/{PAID}/book")
    fill_in_booking(page, f"eva{id(page)}@example.org")
    page.get_by_role("button", name="Go to payment").dblclick()
    expect(page.get_by_text("no money moves here")).to_be_visible()
    assert places_left(setlist) == before - 1


def places_left(setlist: Embedded) -> int:
    left: int = fetch(setlist, f"/v1/sets/{PAID}")["places_left"]
    return left
