"""Somebody of the finance team at their pages."""

from __future__ import annotations

from dataclasses import dataclass
from html import unescape
from io import BytesIO
from typing import Any

from werkzeug.test import TestResponse

from services.access.keys import Scope
from tests.builders.staff import GRACE, StaffBrowser, signed_in
from tests.worlds import World

ROOT = "/staff/finance"


@dataclass(frozen=True)
class Treasurer:
    """Paths are beneath the front door."""

    world: World
    browser: StaffBrowser

    def open(self, path: str) -> TestResponse:
        return self.browser.client.get(f"{ROOT}{path}")

    def read(self, path: str, status: int = 200) -> str:
        """The page's text, as a person reads it."""
        answer = self.open(path)
        assert answer.status_code == status, answer.text
        return unescape(answer.text)

    def send(self, path: str, **form: Any) -> TestResponse:
        """Press a form's button."""
        form["csrf_token"] = self.browser.csrf_token
        return self.browser.client.post(f"{ROOT}{path}", data=form)

    def does(self, path: str, **form: Any) -> str:
        """Press a button that works; answers the text of the page it leads to."""
        answer = self.send(path, **form)
        assert answer.status_code == 303, answer.text
        return self.read(answer.headers["Location"].removeprefix(ROOT))

    def uploads(self, content: bytes, **said: str) -> TestResponse:
        return self.send("/bank", file=(BytesIO(content), "statement.csv"), **said)

    @property
    def month(self) -> str:
        """The path of the month it is."""
        return f"/{self.world.outside.clock.now():%Y-%m}"


def a_treasurer(world: World, *scopes: Scope, email: str = GRACE) -> Treasurer:
    return Treasurer(world, signed_in(world, *(scopes or (Scope.FINANCE_READ, Scope.FINANCE_WRITE)), email=email))
