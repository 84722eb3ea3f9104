"""The newsletter's pages: sign up, confirm, choose, leave."""

from __future__ import annotations

import re
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.states.state import Reach, State, at, send
from tests.browser.visitors import link, sign_up
from tests.embedded import Embedded


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


def confirmation(page: Page, setlist: Embedded) -> str:
    """Answers the reader's address."""
    address = f"{uuid4()}@example.org"
    sign_up(setlist, address, "news")
    page.goto(link(setlist.letter(address, "confirm")["text"], "/newsletter/confirm/"))
    return address


def confirm_opened(page: Page, setlist: Embedded) -> None:
    confirmation(page, setlist)


def confirmed(page: Page, setlist: Embedded) -> str:
    address = confirmation(page, setlist)
    send(page, "Yes, send me the newsletter")
    return address


def thanked(page: Page, setlist: Embedded) -> None:
    confirmed(page, setlist)


def confirmed_too_late(page: Page, setlist: Embedded) -> None:
    page.goto(f"{setlist.url}/newsletter/confirm/forged")
    send(page, "Yes, send me the newsletter")


def choices(page: Page, setlist: Embedded) -> None:
    confirmed(page, setlist)
    page.get_by_role("link", name=re.compile("choose", re.IGNORECASE)).click()
    expect(page.get_by_role("button", name="Save my choices")).to_be_visible()


def choices_saved(page: Page, setlist: Embedded) -> None:
    choices(page, setlist)
    send(page, "Save my choices")


def nothing_chosen(page: Page, setlist: Embedded) -> None:
    choices(page, setlist)
    page.get_by_role("checkbox", name="News").uncheck()
    send(page, "Save my choices")


def leave_link(page: Page, setlist: Embedded) -> None:
    """The link in a letter that was about one topic."""
    address = confirmed(page, setlist)
    page.goto(link(setlist.letter(address, "Welcome")["text"], "/u/") + "?t=news")


def left(button: str) -> Reach:
    def reach(page: Page, setlist: Embedded) -> None:
        leave_link(page, setlist)
        send(page, button)

    return reach


def typed(path: str, button: str, address: str) -> Reach:
    """After the form of one field was sent; a browser's own check of the address stands aside."""

    def reach(page: Page, setlist: Embedded) -> None:
        page.goto(setlist.url + path)
        page.get_by_role("main").locator("form").evaluate("form => form.noValidate = true")
        page.get_by_label("Your e-mail address").fill(address)
        send(page, button)

    return reach


STATES = (
    State("newsletter", at("/newsletter")),
    State("newsletter-errors", sign_up_with_errors),
    State("newsletter-asked", signed_up),
    State("newsletter-confirm", confirm_opened),
    State("newsletter-confirmed", thanked),
    State("newsletter-confirmed-too-late", confirmed_too_late),
    State("preferences", choices),
    State("preferences-saved", choices_saved),
    State("preferences-nothing-chosen", nothing_chosen),
    State("preferences-expired", at("/p/forged")),
    State("preference-link", at("/p")),
    State("preference-link-errors", typed("/p", "Send me the link", "ada@")),
    State("preference-link-sent", typed("/p", "Send me the link", "nobody@example.org")),
    State("leave", at("/u")),
    State("leave-errors", typed("/u", "Stop all e-mails", "ada@")),
    State("leave-done", typed("/u", "Stop all e-mails", "nobody@example.org")),
    State("leave-link", leave_link),
    State("leave-link-unread", at("/u/forged")),
    State("left", left("Stop all e-mails")),
    State("left-topic", left("Stop this topic")),
)
