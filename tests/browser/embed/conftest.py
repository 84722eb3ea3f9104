"""A charity's website on another origin, with the elements in it, beside a Setlist that really runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from services.access.keys import add_site
from services.clock import Clock
from services.database import Database
from tests.browser.embed.host_site import HostSite, a_host_site
from tests.browser.embed.visit import Charity, Visit
from tests.embedded import Embedded, the_embedded_default


@pytest.fixture(scope="session")
def setlist(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    with the_embedded_default(tmp_path_factory.mktemp("embedded")) as running:
        yield running


@pytest.fixture(scope="session")
def host(setlist: Embedded) -> Iterator[HostSite]:
    with a_host_site(setlist.url) as site:
        yield site


@pytest.fixture(scope="session")
def charity(setlist: Embedded, host: HostSite) -> Iterator[Charity]:
    """Its site key works on `host` alone."""
    database = Database(setlist.database_url)
    with database.writing() as session:
        key = add_site(session, name="A charity", origins=[host.origin], now=Clock().now())
    yield Charity(setlist, host, database, key)
    database.dispose()


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
