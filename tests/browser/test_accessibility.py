"""Every page in every state: nothing for axe-core to find, at both widths, light and dark; no other host is asked."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.states import STATES, State
from tests.embedded import Embedded

LOOKS: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1280), ("light", 360), ("dark", 360))
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_a_page_is_accessible(browser: Browser, setlist: Embedded, state: State) -> None:
    asked: set[str] = set()
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    state.reach(page, setlist)
    for scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        assert problems(page) == [], f"{scheme}, {width} px"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert asked <= {urlsplit(setlist.url).netloc, ""}
    context.close()


def problems(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {node['target']} {node['failureSummary']}" for each in found for node in each["nodes"]]
