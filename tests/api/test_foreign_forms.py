"""What a plain form on another website can send changes nothing here (S18)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.access import Who, rule_of
from services.ids import Prefix, to_public
from tests.builders import BuiltSet, a_topic, a_wording
from tests.forms import typed
from tests.recorded_sql import recorded_sql
from tests.worlds import ADA, World

STRANGER = "https://stranger.example"
WRITING = {"POST", "PUT", "PATCH", "DELETE"}
PUBLIC = {Who.NOBODY, Who.SITE}
"""The others bring a secret of their own: a bearer token, a signature, the token in the path."""

LEAVING = {"newsletter_pages.leave", "newsletter_pages.leave_by_address"}
"""Mail programs and pages of every kind may have an address leave: it can only reduce mail."""


def public_posts(app: Flask) -> Iterator[tuple[str, str]]:
    """Method and path of every change that anybody may ask for."""
    for rule in app.url_map.iter_rules():
        declared = rule_of(app, rule.endpoint)
        if declared is None or declared.who not in PUBLIC or rule.endpoint in LEAVING:
            continue
        for method in WRITING & (rule.methods or set()):
            yield method, rule.rule.replace("<", "").replace(">", "")


def filled_in(client: FlaskClient, path: str) -> dict[str, Any]:
    """What somebody types into the form of this page, without what shows that it is ours."""
    fields = typed(client.get(path).text).to_dict()
    fields.pop("form_token", None)
    return fields | {"email": ADA, "booker_name": "Ada", "booker_email": ADA, "topics": "news"}


@pytest.fixture
def learning_set(world: World) -> BuiltSet:
    """To be booked, beside a newsletter to sign up for."""
    with world.database.writing() as session:
        a_topic(session)
        a_wording(session)
    return world.a_set(price_minor=0)


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"])
def test_a_form_on_another_website_changes_nothing(world: World, learning_set: BuiltSet, content_type: str) -> None:
    found = list(public_posts(world.app))
    assert {"/newsletter", "/p", "/my", "/sets/reference/book", "/v1/newsletter/subscriptions"} <= {
        path for _, path in found
    }
    for method, route in found:
        path = route.replace("reference", to_public(Prefix.SET, learning_set.id))
        fields = filled_in(world.client, path)
        data = urlencode(fields) if content_type == "text/plain" else fields
        with recorded_sql(world.database) as statements:
            answer = world.client.open(
                path, method=method, data=data, content_type=content_type, headers={"Origin": STRANGER}
            )
        assert answer.status_code >= 400, route
        assert not [each for each in statements if each.startswith(("INSERT", "UPDATE", "DELETE"))], route
