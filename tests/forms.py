"""A page's form as a browser without script sends it."""

from __future__ import annotations

from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse


def send_form(client: FlaskClient, path: str, **changes: str) -> TestResponse:
    """Open the page, fill in these fields of its form, and send it."""
    filled = typed(client.get(path).text)
    for name, value in changes.items():
        filled[name] = value
    return client.post(path, data=filled)


def typed(page: str) -> MultiDict[str, str]:
    """What the fields of the page's only form hold; boxes that are not ticked, and buttons, send nothing."""
    reader = _Fields()
    reader.feed(page)
    return reader.fields


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: MultiDict[str, str] = MultiDict()
        self.templates = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.templates += tag == "template"
        if tag != "input" or self.templates:
            return
        given = dict(attrs)
        if given.get("type") in {"checkbox", "radio"} and "checked" not in given:
            return
        self.fields.add(given["name"] or "", given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self.templates -= tag == "template"
