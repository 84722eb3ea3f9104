"""The pages about this server: its front door, documentation, privacy notice, problems, and the sandbox's own."""

from __future__ import annotations

from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.states.state import State, at
from tests.browser.visitors import sign_up
from tests.embedded import Embedded


def documentation(page: Page, setlist: Embedded) -> None:
    page.goto(f"{setlist.url}/docs")
    expect(page.get_by_role("heading", level=3).first).to_be_visible(timeout=30_000)


def letter(page: Page, setlist: Embedded) -> None:
    address = f"{uuid4()}@example.org"
    sign_up(setlist, address, "news")
    page.goto(f"{setlist.url}/sandbox/mail/{setlist.letter(address, 'confirm')['id']}")


STATES = (
    State("home", at("/")),
    State("site", at("/sandbox/site")),
    State("styleguide", at("/sandbox/styleguide")),
    State("docs", documentation),
    State("guides", at("/docs/guides")),
    State("guide", at("/docs/guides/embed")),
    State("privacy", at("/privacy")),
    State("problem", at("/problems/set-full")),
    State("not-found", at("/sets/nothing-here")),
    State("sandbox", at("/sandbox")),
    State("mailbox", at("/sandbox/mail")),
    State("letter", letter),
)
