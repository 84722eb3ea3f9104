"""Everything is done by keyboard alone, and what has the focus can be seen to have it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visitors import PAID, book_by_card, link
from tests.embedded import Embedded

NAME = "element => (element.labels?.[0] ?? element).innerText.replace(/\\s+/g, ' ').replace(' (optional)', '').trim()"
IS_SEEN = """element => {
  const card = element.closest(".set-card") ?? element;
  return [element, card].some((each) => getComputedStyle(each).outlineStyle !== "none");
}"""
MOST_TABS = 60


@dataclass(frozen=True)
class Keyboard:
    """Somebody with no other way in; no field is ever clicked or filled in from outside."""

    page: Page
    setlist: Embedded

    def open(self, address: str) -> None:
        self.page.goto(address if address.startswith("http") else self.setlist.url + address)

    def tab_to(self, name: str) -> None:
        """Tab on until the focus is on what has this name."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            focused = self.page.locator(":focus")
            if focused.count() and focused.evaluate(NAME) == name:
                assert focused.evaluate(IS_SEEN), f"{name} does not show that it has the focus"
                return
        raise AssertionError(f"no way to {name} by keyboard")

    def enter(self, name: str) -> None:
        self.tab_to(name)
        self.page.keyboard.press("Enter")

    def tick(self, name: str) -> None:
        self.tab_to(name)
        self.page.keyboard.press("Space")

    def type(self, name: str, text: str) -> None:
        self.tab_to(name)
        self.page.keyboard.type(text)

    def expect_heading(self, text: str) -> None:
        expect(self.page.get_by_role("heading", name=text)).to_be_visible(timeout=30_000)


@pytest.fixture
def keyboard(browser: Browser, setlist: Embedded) -> Iterator[Keyboard]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield Keyboard(context.new_page(), setlist)
    context.close()


def test_two_people_are_booked_and_paid_for(keyboard: Keyboard) -> None:
    keyboard.open("/sets")
    keyboard.enter("Campaigners' action learning set")
    keyboard.page.wait_for_url(f"**/sets/{PAID}")
    keyboard.enter("Book your place")
    keyboard.page.wait_for_url(f"**/sets/{PAID}/book")
    keyboard.type("Your name", "Finn Adeyemi")
    keyboard.type("Your e-mail address", "finn@example.org")
    keyboard.tick("Income under £100k a year £180")
    keyboard.enter("Add another person")
    keyboard.page.keyboard.type("Gus Lund")
    keyboard.type("E-mail address", "gus@example.org")
    keyboard.enter("How we work together")
    keyboard.tick("I accept the ground rules, and so does everybody I book for")
    keyboard.tick("I accept the booking terms")
    keyboard.enter("Go to payment")
    keyboard.page.wait_for_url("**/sandbox/stripe/pay/**")
    keyboard.enter("Pay")
    keyboard.expect_heading("Your booking is confirmed")
    keyboard.tab_to("Add the dates to your calendar")


def test_the_newsletter_is_asked_for_confirmed_chosen_and_left(keyboard: Keyboard) -> None:
    keyboard.open("/newsletter")
    keyboard.type("Your e-mail address", "hana@example.org")
    keyboard.tick("Upcoming events")
    keyboard.enter("Sign up")
    keyboard.expect_heading("Please look in your inbox")

    keyboard.open(link(keyboard.setlist.letter("hana@example.org", "confirm")["text"], "/newsletter/confirm/"))
    keyboard.enter("Yes, send me the newsletter")
    keyboard.expect_heading("Thank you, you are signed up")
    keyboard.enter("Choose other topics")
    keyboard.expect_heading("Your newsletter choices")
    keyboard.tick("News")
    keyboard.enter("Save my choices")
    expect(keyboard.page.get_by_role("status")).to_contain_text("Your choices are saved")

    keyboard.open(link(keyboard.setlist.letter("hana@example.org", "Welcome")["text"], "/u/"))
    keyboard.enter("Stop all e-mails")
    keyboard.expect_heading("Done: no more newsletters")


def test_somebody_finds_their_bookings_again(keyboard: Keyboard) -> None:
    book_by_card(keyboard.setlist, "iris@example.org")
    keyboard.open("/my")
    keyboard.type("Your e-mail address", "iris@example.org")
    keyboard.enter("Send me the link")
    keyboard.open(link(keyboard.setlist.letter("iris@example.org", "Your bookings")["text"], "/my/"))
    keyboard.enter("Show my bookings")
    keyboard.expect_heading("Your bookings")
    keyboard.enter("Campaigners' action learning set")
    keyboard.expect_heading("We are keeping your booking while you pay")


def test_errors_are_met_first_and_lead_to_their_fields(keyboard: Keyboard) -> None:
    keyboard.open(f"/sets/{PAID}/book")
    keyboard.enter("Go to payment")
    keyboard.expect_heading("There is a problem")
    keyboard.enter("Enter your e-mail address")
    expect(keyboard.page.get_by_label("Your e-mail address")).to_be_focused()


def test_the_first_tab_leads_past_what_every_page_begins_with(keyboard: Keyboard) -> None:
    keyboard.open("/sets")
    keyboard.enter("Skip to the main part")
    expect(keyboard.page.get_by_role("main")).to_be_focused()
