"""A charity's website on another origin, with the elements in it, beside a Setlist that really runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.embed.visit import Charity, Visit, a_charity
from tests.embedded import Embedded


@pytest.fixture(scope="module")
def charity(setlist: Embedded) -> Iterator[Charity]:
    with a_charity(setlist) as made:
        yield made


@pytest.fixture
def visit(browser: Browser, charity: Charity) -> Iterator[Visit]:
    """A visitor, whose browser in the end has thrown no error, kept no cookie and asked nobody else."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    made = Visit(charity, context.new_page())
    charity.host.reset()
    yield made
    made.expect_privacy()
    context.close()


@pytest.fixture(params=[360, 1280], ids=["phone", "desktop"])
def width(request: pytest.FixtureRequest) -> int:
    found: int = request.param
    return found
