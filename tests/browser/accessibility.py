"""What axe-core finds on a page, on a desk and a phone, light and dark."""

from __future__ import annotations

from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

LOOKS: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1280), ("light", 360), ("dark", 360))
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def expect_accessible(page: Page) -> None:
    """In every look there is nothing for axe-core to find, and nothing wider than the window."""
    page.evaluate(AXE_SCRIPT)
    for scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        assert _problems(page) == [], f"{scheme}, {width} px"
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def _problems(page: Page) -> list[str]:
    found = page.evaluate("options => axe.run(options).then(({ violations }) => violations)", OPTIONS)
    return [f"{each['id']}: {node['target']} {node['failureSummary']}" for each in found for node in each["nodes"]]
