"""What axe-core finds on a page, on a desk and a phone, light and dark."""

from __future__ import annotations

from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

Look = tuple[Literal["light", "dark"], int]

PHONE_IN_THE_DARK: Look = ("dark", 360)
LOOKS: tuple[Look, ...] = (("light", 1280), ("light", 360), PHONE_IN_THE_DARK)
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}

RUN = """async (options) => {
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return (await axe.run(options)).violations;
}"""
"""One frame finds that the look has changed, the next begins by telling the page's own script."""


def expect_accessible(page: Page, *looks: Look) -> None:
    """In these looks, or in every one, there is nothing for axe-core to find, and nothing wider than the window."""
    page.evaluate(AXE_SCRIPT)
    for scheme, width in looks or LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        assert _problems(page) == [], f"{scheme}, {width} px"
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def _problems(page: Page) -> list[str]:
    found = page.evaluate(RUN, OPTIONS)
    return [f"{each['id']}: {node['target']} {node['failureSummary']}" for each in found for node in each["nodes"]]
