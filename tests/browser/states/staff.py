"""Staff's way in, and what lies behind it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from api.sandbox.demo import STAFF_EMAIL
from tests.browser.states.state import State, at
from tests.browser.visitors import link
from tests.embedded import Embedded


def sign_in(page: Page, setlist: Embedded) -> None:
    mailed_link(page, setlist)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def mailed_link(page: Page, setlist: Embedded) -> None:
    """The page that the newest letter leads to; what was mailed before is thrown away first."""
    page.request.post(f"{setlist.url}/sandbox/mail/clear")
    asked(page, setlist)
    page.goto(link(setlist.letter(STAFF_EMAIL, "staff pages")["text"], "/staff/sign-in/"))


def asked(page: Page, setlist: Embedded, address: str = STAFF_EMAIL) -> None:
    page.goto(f"{setlist.url}/staff/sign-in?next=/staff")
    page.get_by_label("Your e-mail address").fill(address)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", name="Please look in your inbox")).to_be_visible()


def asked_without_address(page: Page, setlist: Embedded) -> None:
    page.goto(f"{setlist.url}/staff/sign-in")
    page.locator("main form").evaluate("form => { form.noValidate = true; }")
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()


def signed_out(page: Page, setlist: Embedded) -> None:
    sign_in(page, setlist)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_contain_text("You are signed out")


def expired(page: Page, setlist: Embedded) -> None:
    page.goto(f"{setlist.url}/staff/sign-in/forged")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="This link no longer works")).to_be_visible()


STATES = (
    State("staff-sign-in", at("/staff/sign-in")),
    State("staff-sign-in-errors", asked_without_address),
    State("staff-link-sent", asked),
    State("staff-link", mailed_link),
    State("staff-link-expired", expired),
    State("staff-front", sign_in),
    State("staff-signed-out", signed_out),
)
