"""Every error answer has the one shape, whatever was wrong and wherever it was asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

import orjson
import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from api.explanations import problems
from api.problems import MEDIA_TYPE
from tests.databases import Kind
from tests.house.test_spec import SPEC
from tests.worlds import SITE_KEY, World

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PAGES = ("newsletter_pages.", "mailbox_pages.", "staff_sign_in.")
"""What these refuse they say in pages of their own, to whoever followed a link in a letter."""
ANYWHERE = {400, 413, 415, 500}
"""What the framework refuses before a view runs: in the specification each operation's `default`."""
STRANGE_BODIES = {
    "nothing": (b"", "application/json"),
    "no JSON": (b"{", "application/json"),
    "another type": (b"a=1", "text/plain"),
    "a list": (b"[1]", "application/json"),
    "an unknown field": (b'{"a_field_nobody_knows": 1}', "application/json"),
    "a NUL": (b'"\\u0000"', "application/json"),
    "too much": (b'"' + b"x" * 70_000 + b'"', "application/json"),
}
CREDENTIALS = {
    "none": {},
    "of a site": {"X-Site-Key": SITE_KEY, "Idempotency-Key": "a-key"},
    "of nobody": {"X-Site-Key": "pk_setlist_unknown", "Authorization": "Bearer unknown"},
}


@pytest.fixture
def database_kind() -> Kind:
    """One is enough: refusals of this sort never get as far as a database."""
    return "sqlite"


@pytest.mark.parametrize("credentials", CREDENTIALS.values(), ids=CREDENTIALS)
@pytest.mark.parametrize("body", STRANGE_BODIES.values(), ids=STRANGE_BODIES)
def test_a_strange_request_is_refused_in_the_one_shape(
    world: World, body: tuple[bytes, str], credentials: dict[str, str]
) -> None:
    content, content_type = body
    client = world.client
    for rule, method in routes(world):
        sent = None if method == "GET" else content
        answer = client.open(address(rule), method=method, headers=credentials, data=sent, content_type=content_type)
        if answer.status_code >= 400:
            require_the_shape(answer, f"{method} {rule}")
            require_documented(rule, method, answer)


def test_a_method_that_is_not_taken_is_refused_in_the_one_shape(world: World) -> None:
    client: FlaskClient = world.client
    for rule in world.app.url_map.iter_rules():
        taken = methods_at(world, rule)
        for method in set(METHODS) - taken:
            answer = client.open(address(rule), method=method)
            require_the_shape(answer, f"{method} {rule}")
            assert answer.status_code in {404, 405}


@pytest.mark.parametrize("path", ["/", "/v1/", "/u/", "/sandbox/", "/webhooks/"])
def test_an_address_where_nothing_is_has_the_one_shape(world: World, path: str) -> None:
    answer = world.client.get(f"{path}there-is/nothing/here")
    assert answer.status_code == 404
    require_the_shape(answer, path)


def routes(world: World) -> Iterator[tuple[Rule, str]]:
    for rule in world.app.url_map.iter_rules():
        if not rule.endpoint.startswith(PAGES):
            for method in sorted((rule.methods or set()) & set(METHODS)):
                yield rule, method


def methods_at(world: World, rule: Rule) -> set[str]:
    """All that this path takes: several rules may share it."""
    return {
        method for other in world.app.url_map.iter_rules() if other.rule == rule.rule for method in other.methods or ()
    }


def address(rule: Rule) -> str:
    """A path that the rule matches and that leads to nothing."""
    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda part: "999" if part[1] == "int" else "unknown", rule.rule)


def require_the_shape(answer: TestResponse, where: str) -> None:
    assert answer.content_type == MEDIA_TYPE, where
    problem = orjson.loads(answer.data)
    assert {"type", "title", "status", "detail", "instance"} <= set(problem), where
    code = problem["type"].removeprefix("/problems/")
    assert (problem["status"], problem["title"]) == (answer.status_code, problems()[code][0]), where
    assert problem["detail"].strip(), where
    assert all(set(error) == {"pointer", "detail"} for error in problem.get("errors", [])), where


def require_documented(rule: Rule, method: str, answer: TestResponse) -> None:
    """An operation of the specification lists the status, unless any operation at all may answer it."""
    path = re.sub(r"<(?:[^<>:]+:)?(\w+)>", r"{\1}", rule.rule)
    operation = SPEC["paths"].get(path, {}).get(method.lower())
    if operation is not None and answer.status_code not in ANYWHERE:
        assert str(answer.status_code) in operation["responses"], f"{method} {rule} answers {answer.status_code}"
