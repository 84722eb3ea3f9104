"""Every page of ours in every state, and how a visitor gets there: for tests of their looks, and `make screenshots`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

import requests
from playwright.sync_api import Page, expect

from tests.browser.visitors import book_by_card, fetch, fill_up, sign_up
from tests.embedded import Embedded

PAID, FREE = "campaigners-online", "new-managers-leeds"
YEAR = 366 * 24 * 3600


@dataclass(frozen=True)
class State:
    """A page as somebody sees it; `reach` leaves the browser there."""

    name: str
    reach: Callable[[Page, Embedded], None]


def at(path: str) -> Callable[[Page, Embedded], None]:
    """A page that is just opened."""

    def reach(page: Page, setlist: Embedded) -> None:
        page.goto(setlist.url + path)

    return reach


def empty_catalogue(page: Page, setlist: Embedded) -> None:
    last = fetch(setlist, "/v1/sets")["data"][-1]["id"]
    page.goto(f"{setlist.url}/sets?after={last}")


def closed_set(page: Page, setlist: Embedded) -> None:
    move_clock(setlist, YEAR)
    try:
        page.goto(f"{setlist.url}/sets/{PAID}")
    finally:
        move_clock(setlist, 0)


def full_set(page: Page, setlist: Embedded) -> None:
    fill_up(setlist, FREE)
    page.goto(f"{setlist.url}/sets/{FREE}")


def booking_with_errors(page: Page, setlist: Embedded) -> None:
    page.goto(f"{setlist.url}/sets/{PAID}/book")
    page.get_by_label("Your e-mail address").fill("ada@")
    page.get_by_role("button", name="Add another person").click()
    page.get_by_role("button", name="Go to payment").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()


def booking_filled_in(page: Page, setlist: Embedded) -> None:
    page.goto(f"{setlist.url}/sets/{PAID}/book")
    fill_in_booking(page, f"{uuid4()}@example.org", f"{uuid4()}@example.org")


def booking_for_too_many(page: Page, setlist: Embedded) -> None:
    """The last places go while the form is being filled in."""
    page.goto(f"{setlist.url}/sets/{PAID}/book")
    fill_in_booking(page, *(f"{number}@example.org" for number in range(7)))
    page.get_by_role("button", name="Go to payment").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()


@cache
def held_booking(setlist: Embedded) -> dict[str, Any]:
    """One that is not paid, for all states that show it: places are few."""
    return book_by_card(setlist, "held@example.org")


def pay_page(page: Page, setlist: Embedded) -> None:
    page.goto(held_booking(setlist)["checkout_url"])


def booking_to_pay(page: Page, setlist: Embedded) -> None:
    page.goto(held_booking(setlist)["manage_url"])


def back_before_the_webhook(page: Page, setlist: Embedded) -> None:
    page.goto(held_booking(setlist)["manage_url"] + "?paid")


def nothing_has_arrived(page: Page, setlist: Embedded) -> None:
    booking_to_pay(page, setlist)
    page.get_by_role("button", name="I have paid: check now").click()


def confirmed_booking(page: Page, setlist: Embedded) -> None:
    page.goto(book_by_card(setlist, f"{uuid4()}@example.org")["checkout_url"])
    page.get_by_role("button", name="Pay", exact=True).click()
    expect(page.get_by_role("heading", name="Your booking is confirmed")).to_be_visible(timeout=30_000)


def sign_up_with_errors(page: Page, setlist: Embedded) -> None:
    page.goto(f"{setlist.url}/newsletter")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()


def signed_up(page: Page, setlist: Embedded) -> None:
    page.goto(f"{setlist.url}/newsletter")
    page.get_by_label("Your e-mail address").fill(f"{uuid4()}@example.org")
    page.get_by_label("News", exact=True).check()
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="Please look in your inbox")).to_be_visible()


def confirmation(page: Page, setlist: Embedded) -> None:
    address = f"{uuid4()}@example.org"
    sign_up(setlist, address, "news")
    page.goto(link(setlist.letter(address, "confirm")["text"], "/newsletter/confirm/"))


def confirmed_reader(page: Page, setlist: Embedded) -> None:
    confirmation(page, setlist)
    page.get_by_role("button", name="Yes, send me the newsletter").click()


def choices(page: Page, setlist: Embedded) -> None:
    confirmed_reader(page, setlist)
    page.get_by_role("link", name=re.compile("choose", re.IGNORECASE)).click()


def choices_saved(page: Page, setlist: Embedded) -> None:
    choices(page, setlist)
    page.get_by_role("button", name="Save my choices").click()


def left_by_address(page: Page, setlist: Embedded) -> None:
    page.goto(f"{setlist.url}/u")
    page.get_by_label("Your e-mail address").fill(f"{uuid4()}@example.org")
    page.get_by_role("button", name="Stop all e-mails").click()


def link_asked_for(page: Page, setlist: Embedded) -> None:
    page.goto(f"{setlist.url}/p")
    page.get_by_label("Your e-mail address").fill(f"{uuid4()}@example.org")
    page.get_by_role("button", name="Send me the link").click()


def fill_in_booking(page: Page, *addresses: str) -> None:
    """The whole form: the first address is the booker's, who comes too."""
    booker, *others = addresses
    page.get_by_label("Your name").fill("Ada Obi")
    page.get_by_label("Your e-mail address").fill(booker)
    page.get_by_label("Organisation").fill("Larkfield Trust")
    page.get_by_label("Income under £100k a year").check()
    for number, address in enumerate(others, start=1):
        page.get_by_role("button", name="Add another person").click()
        person = page.get_by_role("group", name=f"Person {number}", exact=True)
        person.get_by_label("Name").fill(f"Ben Okoro {number}")
        person.get_by_label("E-mail address").fill(address)
    page.get_by_label("I accept the ground rules").check()
    page.get_by_label("I accept the booking terms").check()


def link(text: str, path: str) -> str:
    """The address in a letter's text that leads there."""
    found = re.search(rf"http\S+{path}\S+", text)
    assert found is not None, text
    return found[0]


def move_clock(setlist: Embedded, seconds: int) -> None:
    requests.post(f"{setlist.url}/sandbox/clock", json={"offset_seconds": seconds}, timeout=10)


STATES = (
    State("home", at("/")),
    State("site", at("/sandbox/site")),
    State("styleguide", at("/sandbox/styleguide")),
    State("sets", at("/sets")),
    State("sets-empty", empty_catalogue),
    State("set", at(f"/sets/{PAID}")),
    State("set-closed", closed_set),
    State("set-full", full_set),
    State("book", at(f"/sets/{PAID}/book")),
    State("book-filled-in", booking_filled_in),
    State("book-errors", booking_with_errors),
    State("book-too-many", booking_for_too_many),
    State("pay", pay_page),
    State("booking-to-pay", booking_to_pay),
    State("booking-back-from-paying", back_before_the_webhook),
    State("booking-nothing-arrived", nothing_has_arrived),
    State("booking-confirmed", confirmed_booking),
    State("newsletter", at("/newsletter")),
    State("newsletter-errors", sign_up_with_errors),
    State("newsletter-asked", signed_up),
    State("newsletter-confirm", confirmation),
    State("newsletter-confirmed", confirmed_reader),
    State("newsletter-link-expired", at("/p/forged")),
    State("preferences", choices),
    State("preferences-saved", choices_saved),
    State("preference-link", at("/p")),
    State("preference-link-sent", link_asked_for),
    State("leave", at("/u")),
    State("leave-done", left_by_address),
    State("leave-link-unread", at("/u/forged")),
    State("privacy", at("/privacy")),
    State("not-found", at("/sets/nothing-here")),
    State("sandbox", at("/sandbox")),
    State("mailbox", at("/sandbox/mail")),
)
