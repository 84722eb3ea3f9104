"""`make screenshots`: every page in every state, on a phone and a desk, light and dark, into var/screenshots/."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import CHROMIUM, QUIET
from tests.browser.states import STATES, State
from tests.embedded import Embedded, the_embedded_default

INTO = Path(__file__).parents[2] / "var" / "screenshots"
WIDTHS = (360, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main(wanted: list[str]) -> None:
    """All states, or those whose names are given."""
    if not wanted:
        shutil.rmtree(INTO, ignore_errors=True)
    INTO.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, the_embedded_default(Path(folder)) as setlist, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for state in STATES:
            if not wanted or state.name in wanted:
                take(browser, setlist, state)
        browser.close()


def take(browser: Browser, setlist: Embedded, state: State) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    state.reach(page, setlist)
    for width in WIDTHS:
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=INTO / f"{state.name}-{width}-{scheme}.png", full_page=True)
    context.close()


if __name__ == "__main__":
    main(sys.argv[1:])
