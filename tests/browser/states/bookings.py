"""A booking after it was made: the payment page, its holder's page, and finding it again."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import uuid4

from playwright.sync_api import Page, expect

from services.bookings.words import BookingStatus
from tests.browser.states.state import Reach, State, at, send
from tests.browser.visitors import book_by_card, booking_seen_as, link
from tests.embedded import Embedded


@cache
def held_booking(setlist: Embedded) -> dict[str, Any]:
    """One that is not paid, for all states that show it: places are few."""
    return book_by_card(setlist, "held@example.org")


def pay_page(page: Page, setlist: Embedded) -> None:
    page.goto(held_booking(setlist)["checkout_url"])


def to_pay(page: Page, setlist: Embedded) -> None:
    page.goto(held_booking(setlist)["manage_url"])


def back_before_the_webhook(page: Page, setlist: Embedded) -> None:
    page.goto(held_booking(setlist)["manage_url"] + "?paid")


def nothing_has_arrived(page: Page, setlist: Embedded) -> None:
    to_pay(page, setlist)
    send(page, "I have paid: check now")


def held_and(**columns: Any) -> Reach:
    """The held booking's page, as it is when its row has these."""

    def reach(page: Page, setlist: Embedded) -> None:
        with booking_seen_as(setlist, held_booking(setlist)["id"], **columns):
            page.goto(held_booking(setlist)["manage_url"])

    return reach


def confirmed(page: Page, setlist: Embedded) -> None:
    page.goto(book_by_card(setlist, f"{uuid4()}@example.org")["checkout_url"])
    page.get_by_role("button", name="Pay", exact=True).click()
    expect(page.get_by_role("heading", name="Your booking is confirmed")).to_be_visible(timeout=30_000)


def asked_without_address(page: Page, setlist: Embedded) -> None:
    page.goto(f"{setlist.url}/my")
    ask_for_link(page, "ada@")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()


def asked(page: Page, setlist: Embedded) -> None:
    page.goto(f"{setlist.url}/my")
    ask_for_link(page, f"{uuid4()}@example.org")


def mailed_link(page: Page, setlist: Embedded) -> None:
    """Of somebody who has a booking."""
    held_booking(setlist)
    page.goto(f"{setlist.url}/my")
    ask_for_link(page, "held@example.org")
    page.goto(link(setlist.letter("held@example.org", "Your bookings")["text"], "/my/"))


def found_again(page: Page, setlist: Embedded) -> None:
    mailed_link(page, setlist)
    send(page, "Show my bookings")
    expect(page.get_by_role("listitem").first).to_be_visible()


def none_found(page: Page, setlist: Embedded) -> None:
    """By somebody for whom another has booked."""
    coming = f"{uuid4()}@example.org"
    book_by_card(setlist, f"{uuid4()}@example.org", coming=coming)
    page.goto(f"{setlist.url}/my")
    ask_for_link(page, coming)
    page.goto(link(setlist.letter(coming, "Your bookings")["text"], "/my/"))
    send(page, "Show my bookings")
    expect(page.get_by_text("No bookings were made from this address.")).to_be_visible()


def link_used_before(page: Page, setlist: Embedded) -> None:
    page.goto(f"{setlist.url}/my/forged")
    send(page, "Show my bookings")
    expect(page.get_by_role("heading", name="This link no longer works")).to_be_visible()


def ask_for_link(page: Page, address: str) -> None:
    page.get_by_role("main").locator("form").evaluate("form => form.noValidate = true")
    page.get_by_label("Your e-mail address").fill(address)
    send(page, "Send me the link")


STATES = (
    State("pay", pay_page),
    State("booking-to-pay", to_pay),
    State("booking-back-from-paying", back_before_the_webhook),
    State("booking-nothing-arrived", nothing_has_arrived),
    State("booking-payment-pending", held_and(payment_pending=True, held_until=None)),
    State("booking-lapsed", held_and(status=BookingStatus.LAPSED, held_until=None)),
    State("booking-cancelled", held_and(status=BookingStatus.CANCELLED, held_until=None)),
    State("booking-confirmed", confirmed),
    State("my", at("/my")),
    State("my-errors", asked_without_address),
    State("my-asked", asked),
    State("my-open", mailed_link),
    State("my-bookings", found_again),
    State("my-no-bookings", none_found),
    State("my-expired", link_used_before),
)
