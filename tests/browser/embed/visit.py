"""What a visitor of the charity's website does and sees, and what the charity has on offer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import orjson
from playwright.sync_api import ConsoleMessage, Page, Request, expect
from sqlalchemy import update

from api.pages.embed import SOURCES
from services.access.keys import add_site
from services.clock import Clock
from services.database import Database
from services.sets.models import LearningSet
from tests.browser.embed.host_site import HostSite, a_host_site
from tests.builders.sets import BuiltSet, a_learning_set
from tests.embedded import Embedded

EVENTS = ("ready", "booked", "paying", "subscribed", "error")
LISTEN = "".join(
    f"document.addEventListener('setlist:{name}', (event) => heard('{name}', event.detail));" for name in EVENTS
)
IN_FOCUS = (
    "() => { let at = document.activeElement; while (at.shadowRoot) at = at.shadowRoot.activeElement; return at }"
)
HURRY = "{ const later = setTimeout; window.setTimeout = (act, ms) => later(act, ms / 20); }"
PATIENCE_MS = 20_000


@dataclass(frozen=True)
class Charity:
    """A website with a site key of its own."""

    setlist: Embedded
    host: HostSite
    database: Database
    site_key: str

    def a_set(self, **wanted: Any) -> BuiltSet:
        """A set of its own for this test, as `tests.builders.a_learning_set` makes it."""
        with self.database.writing() as session:
            return a_learning_set(session, slug=f"set-{uuid4().hex[:12]}", **wanted)

    def take_places(self, wanted: BuiltSet, taken: int) -> None:
        """Others book until so many are taken."""
        with self.database.writing() as session:
            session.execute(update(LearningSet).where(LearningSet.id == wanted.id).values(taken=taken))

    def of_another_website(self) -> Charity:
        """With a site key that works elsewhere alone."""
        return replace(self, site_key=_site_key(self.database, "https://elsewhere.example"))

    def booking(self, slug: str, more: str = "") -> str:
        """The markup of a booking form."""
        return self._element("setlist-booking", f'set="{slug}" {more}', f"/sets/{slug}/book", "Book a place")

    def newsletter(self, more: str = "") -> str:
        return self._element("setlist-newsletter", more, "/newsletter", "Get the newsletter")

    def sets(self, more: str = "") -> str:
        return self._element("setlist-sets", more, "/sets", "See our sets")

    def _element(self, name: str, attributes: str, path: str, link: str) -> str:
        way = f'<a href="{self.setlist.url}{path}">{link}</a>'
        return f'<{name} site-key="{self.site_key}" {attributes}>{way}</{name}>'


@contextmanager
def a_charity(setlist: Embedded) -> Iterator[Charity]:
    """Its website runs while the block does, and its site key works there alone."""
    database = Database(setlist.database_url)
    with a_host_site(setlist.url) as host:
        yield Charity(setlist, host, database, _site_key(database, host.origin))
    database.dispose()


def _site_key(database: Database, origin: str) -> str:
    with database.writing() as session:
        return add_site(session, name="A charity", origins=[origin], actor="test", now=Clock().now())


@dataclass
class Visit:
    """One visitor in one tab."""

    charity: Charity
    page: Page
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Names and details of our events, over all pages."""
    said: list[str] = field(default_factory=list)
    """What the console says."""
    _asked: set[str] = field(default_factory=set)
    _threw: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.expose_function("heard", lambda name, detail: self.heard.append((name, detail)))
        self.page.add_init_script(LISTEN)
        self.page.on("request", self._note)
        self.page.on("pageerror", lambda error: self._threw.append(str(error)))
        self.page.on("console", self._hear)

    def open(self, elements: str, page: str = "plain", *, width: int = 1280, **site: Any) -> None:
        """Open the charity's page with these elements in it; `site` sets what else `HostSite` has."""
        self.page.set_viewport_size({"width": width, "height": 800})
        self.charity.host.elements = elements
        for name, value in site.items():
            setattr(self.charity.host, name, value)
        self.page.goto(f"{self.charity.host.origin}/{page}")

    def hurry(self) -> None:
        """On pages that are opened from now on, every pause ends twenty times as soon."""
        self.page.add_init_script(HURRY)

    @property
    def words(self) -> dict[str, Any]:
        """What the elements say in the language of the charity's page."""
        language = self.charity.host.language.partition("-")[0]
        words: dict[str, Any] = orjson.loads((SOURCES / "words" / f"{language}.json").read_bytes())
        return words

    def fill_in(self, *, name: str = "Ada Obi", email: str = "ada@example.org") -> None:
        """What every booking form asks for; people who come along are the test's own affair."""
        self.page.get_by_label("Your name").fill(name)
        self.page.get_by_label("Your e-mail address").fill(email)
        for box in self.page.get_by_label("I accept").all():
            box.check()

    def add_person(self, name: str, email: str) -> None:
        self.page.get_by_role("button", name="Add another person").click()
        person = self.page.get_by_role("group", name="Person").last
        person.get_by_label("Name").fill(name)
        person.get_by_label("E-mail address").fill(email)

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()

    def pay(self) -> None:
        """On the sandbox's payment page."""
        self.page.wait_for_url("**/sandbox/stripe/pay/**", timeout=PATIENCE_MS)
        self.press("Pay")

    def expect_heading(self, text: str) -> None:
        """In place and in focus, so that it is read out."""
        heading = self.page.locator("setlist-booking, setlist-newsletter").get_by_role("heading", name=text)
        expect(heading).to_be_visible(timeout=PATIENCE_MS)
        expect(heading).to_be_focused()

    def focused(self, question: str) -> Any:
        """Ask the element in focus, through shadow roots: `at.id`."""
        return self.page.evaluate(f"() => {{ const at = ({IN_FOCUS})(); return {question} }}")

    def details(self, event: str) -> list[dict[str, Any]]:
        return [detail for name, detail in self.heard if name == event]

    def expect_privacy(self) -> None:
        ours = {urlsplit(self.charity.setlist.url).netloc, urlsplit(self.charity.host.origin).netloc, ""}
        assert self._asked <= ours
        assert self._threw == []
        assert self.page.context.cookies() == []
        assert "@" not in str(self.heard)
        assert self.page.evaluate("localStorage.length") == 0

    def _note(self, request: Request) -> None:
        self._asked.add(urlsplit(request.url).netloc)

    def _hear(self, message: ConsoleMessage) -> None:
        self.said.append(message.text)
