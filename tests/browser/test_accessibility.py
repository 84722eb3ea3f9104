"""Every page in every state: nothing for axe-core to find, at both widths, light and dark; no other host is asked."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.accessibility import expect_accessible
from tests.browser.states import STATES, State
from tests.embedded import Embedded


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_a_page_is_accessible(browser: Browser, fresh_setlist: Embedded, state: State) -> None:
    asked: set[str] = set()
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    state.reach(page, fresh_setlist)
    expect_accessible(page)
    assert asked <= {urlsplit(fresh_setlist.url).netloc, ""}
    context.close()
