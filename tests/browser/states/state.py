"""A page as somebody sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.embedded import Embedded

Reach = Callable[[Page, Embedded], None]


@dataclass(frozen=True)
class State:
    """`reach` leaves the browser there."""

    name: str
    reach: Reach


def at(path: str) -> Reach:
    """A page that is just opened."""

    def reach(page: Page, setlist: Embedded) -> None:
        page.goto(setlist.url + path)

    return reach


def send(page: Page, button: str) -> None:
    """Press what sends a form, and wait for the page it leads to: the browser may have to work for its form first."""
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()
