"""A real browser beside a Setlist that really runs."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import CHROMIUM, QUIET
from tests.browser.visitors import PAID, make_room
from tests.embedded import Embedded, the_embedded_default


@pytest.fixture(scope="package")
def setlist(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """One for all files whose tests do not need it as it was seeded, with places for everybody whom they book."""
    with the_embedded_default(tmp_path_factory.mktemp("embedded")) as running:
        make_room(running, PAID)
        yield running


@pytest.fixture(scope="module")
def fresh_setlist(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """For one file of tests alone, as it was seeded."""
    with the_embedded_default(tmp_path_factory.mktemp("embedded")) as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Ends with the last test of this package: Playwright keeps an event loop running, which dbos's tests refuse."""
    if not CHROMIUM.exists():
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(f"REQUIRE_BROWSER=1, and there is no {CHROMIUM}")
        pytest.skip(f"there is no {CHROMIUM}: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()
