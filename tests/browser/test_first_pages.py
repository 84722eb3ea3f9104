"""The pages somebody meets first, as they are when Setlist is new: light, and nothing for a browser to complain of."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Response, ViewportSize

from tests.browser.visitors import PAID
from tests.embedded import Embedded

PHONE = ViewportSize(width=360, height=740)
LARGEST_BYTES = 50_000


@pytest.mark.parametrize("path", ["/sets", f"/sets/{PAID}", f"/sets/{PAID}/book", "/newsletter", "/sandbox/site"])
def test_a_first_page_is_small_and_the_browser_has_nothing_to_complain_of(
    browser: Browser, fresh_setlist: Embedded, path: str
) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    complaints: list[str] = []
    answers: list[Response] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("response", lambda answer: answers.append(answer))
    page.goto(fresh_setlist.url + path, wait_until="networkidle")
    assert complaints == []
    assert sum(answer.request.sizes()["responseBodySize"] for answer in answers) < LARGEST_BYTES
    context.close()
