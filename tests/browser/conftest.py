"""A real browser beside a Setlist that really runs."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import CHROMIUM, QUIET
from tests.embedded import Embedded, the_embedded_default


@pytest.fixture(scope="module")
def setlist(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """One for each file of tests: places are few."""
    with the_embedded_default(tmp_path_factory.mktemp("embedded")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for each file of tests: Playwright keeps an event loop running, which dbos's tests in this process refuse."""
    if not CHROMIUM.exists():
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(f"REQUIRE_BROWSER=1, and there is no {CHROMIUM}")
        pytest.skip(f"there is no {CHROMIUM}: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()
