"""The pages in a real browser, without script: paying, confirming, choosing, leaving; and nobody else hears of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, ViewportSize, expect

from tests.browser.visitors import PAID, book_by_card, link, sign_up, wait_for_payment
from tests.embedded import Embedded

PHONE = ViewportSize(width=360, height=740)


@pytest.fixture
def page(browser: Browser, setlist: Embedded) -> Iterator[Page]:
    """A phone without script; whatever it asks for must be asked of this one server."""
    asked: list[str] = []
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.on("request", lambda request: asked.append(host_of(request)))
    yield page
    context.close()
    assert set(asked) == {urlsplit(setlist.url).netloc}


def test_a_booker_pays_from_their_own_page(page: Page, setlist: Embedded) -> None:
    booking = book_by_card(setlist, "ada@example.org")
    page.goto(booking["manage_url"])
    expect(page.get_by_role("heading", name="We are keeping your booking while you pay")).to_be_visible()
    page.get_by_role("button", name="Pay now").click()
    expect(page).to_have_url(booking["checkout_url"])
    expect(page.get_by_text("no money moves here")).to_be_visible()
    page.get_by_role("button", name="Pay", exact=True).click()
    expect(page).to_have_url(re.compile(re.escape(booking["manage_url"])))
    wait_for_payment(page, page.get_by_role("heading", name="Your booking is confirmed"), has_script=False)
    with page.expect_download() as calendar:
        page.get_by_role("link", name="Add the dates to your calendar").click()
    assert calendar.value.path().read_text().startswith("BEGIN:VCALENDAR")


def test_a_declined_card_leaves_the_place_held(page: Page, setlist: Embedded) -> None:
    booking = book_by_card(setlist, "bea@example.org")
    page.goto(booking["manage_url"])
    page.get_by_role("button", name="Pay now").click()
    page.get_by_role("button", name="Decline").click()
    page.get_by_role("button", name="Give up and go back").click()
    page.goto(booking["manage_url"])
    page.get_by_role("button", name="I have paid: check now").click()
    expect(page.get_by_role("status")).to_contain_text("No payment has arrived yet")


def test_a_reader_confirms_chooses_and_leaves(page: Page, setlist: Embedded) -> None:
    sign_up(setlist, "cleo@example.org", "news")
    page.goto(link(setlist.letter("cleo@example.org", "confirm")["text"], "/newsletter/confirm/"))
    page.get_by_role("button", name="Yes, send me the newsletter").click()
    expect(page.get_by_role("heading", name="Thank you, you are signed up")).to_be_visible()

    page.get_by_role("link", name=re.compile("choose", re.IGNORECASE)).click()
    expect(page.get_by_role("checkbox", name="News")).to_be_checked()
    page.get_by_role("checkbox", name="Upcoming events").check()
    page.get_by_role("button", name="Save my choices").click()
    expect(page.get_by_role("status")).to_contain_text("Your choices are saved")
    expect(page.get_by_role("checkbox", name="Upcoming events")).to_be_checked()

    page.goto(link(setlist.letter("cleo@example.org", "Welcome")["text"], "/u/"))
    assert "cleo" not in page.content()
    page.get_by_role("button", name="Stop all e-mails").click()
    expect(page.get_by_role("heading", name="Done: no more newsletters")).to_be_visible()


def test_a_reader_who_lost_every_link_has_one_mailed(page: Page, setlist: Embedded) -> None:
    sign_up(setlist, "dora@example.org", "events")
    page.goto(link(setlist.letter("dora@example.org", "confirm")["text"], "/newsletter/confirm/"))
    page.get_by_role("button", name="Yes, send me the newsletter").click()
    page.goto(f"{setlist.url}/p")
    page.get_by_label("Your e-mail address").fill("dora@example.org")
    page.get_by_role("button", name="Send me the link").click()
    page.goto(link(setlist.letter("dora@example.org", "preferences")["text"], "/p/"))
    expect(page.get_by_role("checkbox", name="Upcoming events")).to_be_checked()


def test_a_letter_is_read_in_the_mailbox_and_its_link_followed(page: Page, setlist: Embedded) -> None:
    sign_up(setlist, "eva@example.org", "news")
    letter = setlist.letter("eva@example.org", "confirm")
    page.goto(f"{setlist.url}/sandbox/mail")
    expect(page.get_by_role("cell", name="eva@example.org")).to_be_visible()
    page.goto(f"{setlist.url}/sandbox/mail/{letter['id']}")
    with page.context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name="Yes, send me the newsletter").click()
    expect(opened.value.get_by_role("heading", name="Would you like our newsletter?")).to_be_visible()


def test_a_set_on_paper_is_black_on_white_and_says_where_to_book(page: Page, setlist: Embedded) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(f"{setlist.url}/sets/{PAID}")
    expect(page.get_by_text(f"Book at {setlist.url}/sets/{PAID}")).to_be_visible()
    expect(page.get_by_text("Monday").first).to_be_visible()
    expect(page.get_by_role("link", name="Book your place")).to_be_hidden()
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")


@pytest.mark.parametrize("path", ["/", "/sandbox", "/sandbox/mail", "/p", "/problems/set-full", "/nothing-here"])
@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_is_wider_than_its_window(page: Page, setlist: Embedded, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"{setlist.url}{path}")
    body = page.locator("main").bounding_box()
    assert body is not None
    assert body["x"] + body["width"] <= width
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def host_of(request: Request) -> str:
    return urlsplit(request.url).netloc
