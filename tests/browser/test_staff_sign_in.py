"""Staff sign in and out in a real browser, on a phone and without script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.states.staff import sign_in
from tests.embedded import Embedded


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, viewport=ViewportSize(width=360, height=740))
    yield context.new_page()
    context.close()


def test_staff_sign_in_by_letter_and_out_again(page: Page, setlist: Embedded) -> None:
    sign_in(page, setlist)
    expect(page).to_have_url(f"{setlist.url}/staff")
    (cookie,) = page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_contain_text("You are signed out")
    assert page.context.cookies() == []
    page.goto(f"{setlist.url}/staff")
    expect(page.get_by_role("heading", name="Staff sign-in")).to_be_visible()


def test_who_is_led_to_the_sign_in_page_comes_to_the_page_they_asked_for(page: Page, setlist: Embedded) -> None:
    page.goto(f"{setlist.url}/staff/finance?month=2026-10")
    assert page.locator("input[name=next]").get_attribute("value") == "/staff/finance?month=2026-10"
