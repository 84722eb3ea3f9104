"""`make screenshots`: every page in every state, on a phone and a desk, light and dark, into var/screenshots/."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import CHROMIUM, QUIET
from tests.browser.embed import states as embed
from tests.browser.embed.visit import Charity, Visit, a_charity
from tests.browser.states import STATES, State
from tests.embedded import Embedded, the_embedded_default

INTO = Path(__file__).parents[2] / "var" / "screenshots"
WIDTHS = (360, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LANGUAGES = {"": "en-GB", "-welsh": "cy"}


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
        with a_charity(setlist) as charity:
            for embedded in embed.STATES:
                if not wanted or embedded.name in wanted:
                    take_embedded(browser, charity, embedded)
        browser.close()


def take(browser: Browser, setlist: Embedded, state: State) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    state.reach(page, setlist)
    photograph(page, state.name)
    context.close()


def take_embedded(browser: Browser, charity: Charity, state: embed.EmbedState) -> None:
    for suffix, language in LANGUAGES.items():
        context = browser.new_context(reduced_motion="reduce")
        charity.host.extra_css, charity.host.language = embed.BOTH_SCHEMES, language
        visit = Visit(charity, context.new_page())
        state.reach(visit, charity)
        expect(visit.page.locator("[aria-busy]")).to_have_count(0)
        photograph(visit.page, state.name + suffix)
        context.close()


def photograph(page: Page, name: str) -> None:
    for width in WIDTHS:
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=INTO / f"{name}-{width}-{scheme}.png", full_page=True)


if __name__ == "__main__":
    main(sys.argv[1:])
