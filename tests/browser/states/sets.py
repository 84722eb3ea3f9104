"""The catalogue, a set, and the form to book it."""

from __future__ import annotations

from uuid import uuid4

import requests
from playwright.sync_api import Page, expect

from services.sets.words import SetStatus
from tests.browser.states.state import State, at
from tests.browser.visitors import FREE, PAID, a_set_of_its_own, fetch, fill_in_booking, fill_up
from tests.embedded import Embedded

YEAR = 366 * 24 * 3600


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


def cancelled_set(page: Page, setlist: Embedded) -> None:
    wanted = a_set_of_its_own(setlist, status=SetStatus.CANCELLED)
    page.goto(f"{setlist.url}/sets/{wanted.slug}")


def free_booking(page: Page, setlist: Embedded) -> None:
    wanted = a_set_of_its_own(setlist, price_minor=0)
    page.goto(f"{setlist.url}/sets/{wanted.slug}/book")


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


def booking_open_too_long(page: Page, setlist: Embedded) -> None:
    page.goto(f"{setlist.url}/sets/{PAID}/book")
    fill_in_booking(page, f"{uuid4()}@example.org")
    page.locator("[name=form_token]").evaluate("field => field.value = 'outdated'")
    page.get_by_role("button", name="Go to payment").click()
    expect(page.get_by_role("alert")).to_be_visible()


def move_clock(setlist: Embedded, seconds: int) -> None:
    requests.post(f"{setlist.url}/sandbox/clock", json={"offset_seconds": seconds}, timeout=10)


STATES = (
    State("sets", at("/sets")),
    State("sets-empty", empty_catalogue),
    State("set", at(f"/sets/{PAID}")),
    State("set-closed", closed_set),
    State("set-full", full_set),
    State("set-cancelled", cancelled_set),
    State("book", at(f"/sets/{PAID}/book")),
    State("book-free", free_booking),
    State("book-filled-in", booking_filled_in),
    State("book-errors", booking_with_errors),
    State("book-too-many", booking_for_too_many),
    State("book-open-too-long", booking_open_too_long),
)
