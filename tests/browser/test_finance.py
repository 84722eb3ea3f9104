"""Finance in a real browser: a month at 0.00, what breaks it, and clearing that with the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.states.finance import a_payout, bank, fetch_now, statement, stripe_moves, this_month, upload
from tests.embedded import Embedded

DESK = ViewportSize(width=1280, height=800)
A4 = ViewportSize(width=703, height=1000)
"""Between its margins: narrower than what a phone's layout is for."""
MANY_TABS = 60


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=DESK)
    yield context.new_page()
    context.close()


def test_what_is_unexplained_is_cleared_by_keyboard_alone(page: Page, fresh_setlist: Embedded) -> None:
    a_payout(fresh_setlist)
    this_month(page, fresh_setlist)
    number = page.locator(".number-large")
    expect(number).to_have_text("£0.00")
    expect(page.get_by_text("Every penny that Stripe moved this month is accounted for.")).to_be_visible()

    stripe_moves(fresh_setlist, "balance_transactions", amount=9_000, type="topup", reporting_category="topup")
    fetch_now(page, fresh_setlist)
    expect(number).to_have_text("£90.00")
    expect(page.get_by_role("heading", name="Top-up")).to_be_visible()

    tab_to(page, "Clear it")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Our own top-up, see the minutes of May")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Done")).to_be_visible()
    expect(number).to_have_text("£0.00")


def test_a_statement_is_uploaded_with_progress_and_one_that_is_wrong_says_where(
    page: Page, fresh_setlist: Embedded
) -> None:
    bank(page, fresh_setlist)
    upload(page, b"Date,Description,Amount\n02/11/2026,Rent,much\n")
    expect(page.get_by_role("alert")).to_contain_text("Line 2, column Amount")
    expect(page.get_by_role("alert")).to_be_focused()
    rows = b"".join(b"02/11/2026,Rent %d,-850.00\n" % number for number in range(2_000))
    upload(page, b"Date,Description,Amount\n" + rows)
    expect(page.get_by_role("heading", name="New lines")).to_be_visible()
    expect(page.get_by_role("definition").first).to_have_text("2000")


def test_what_is_printed_says_whose_it_is_and_keeps_its_tables(page: Page, fresh_setlist: Embedded) -> None:
    statement(page, fresh_setlist)
    page.set_viewport_size(A4)
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Larkfield Action Learning")).to_be_visible()
    expect(page.get_by_role("navigation", name="Finance")).to_be_hidden()
    expect(page.get_by_role("columnheader", name="What the bank says")).to_be_visible()
    expect(page.locator(".ledger tbody tr").first).to_have_css("display", "table-row")


def tab_to(page: Page, text: str) -> None:
    for _ in range(MANY_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").startswith(text):
            return
    raise AssertionError(f"no Tab leads to {text}")
