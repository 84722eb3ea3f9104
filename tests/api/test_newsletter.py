"""The newsletter's operations, and that nobody learns from them who is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api import create_app
from services.database import Database
from services.ids import Prefix, new_id, to_public
from services.mail.models import LetterKind
from services.newsletter.words import SubscriptionStatus
from tests.builders import BuiltSite
from tests.forms import send_form
from tests.newsletter_desk import ADA, Desk
from tests.offset import FakeOffset
from tests.recorded_sql import recorded_sql

Post = Callable[[FlaskClient, BuiltSite, Desk, str], TestResponse]


def subscribe(client: FlaskClient, site: BuiltSite, desk: Desk, email: str = ADA, **changes: Any) -> TestResponse:
    body = {"email": email, "topics": ["news"], "wording_id": to_public(Prefix.WORDING, desk.wording_id)} | changes
    return client.post("/v1/newsletter/subscriptions", json=body, headers={"X-Site-Key": site.publishable_key})


def ask_for_link(client: FlaskClient, site: BuiltSite, _desk: Desk, email: str) -> TestResponse:
    headers = {"X-Site-Key": site.publishable_key}
    return client.post("/v1/newsletter/preference-links", json={"email": email}, headers=headers)


def type_to_leave(client: FlaskClient, _site: BuiltSite, _desk: Desk, email: str) -> TestResponse:
    return client.post("/u", data={"email": email})


def type_for_link(client: FlaskClient, _site: BuiltSite, _desk: Desk, email: str) -> TestResponse:
    return send_form(client, "/p", email=email)


def confirm(client: FlaskClient, token: str) -> TestResponse:
    return client.post("/v1/newsletter/confirmations", json={"token": token})


def test_topics_are_listed_with_the_wording_in_force(client: FlaskClient, desk: Desk) -> None:
    answer = client.get("/v1/newsletter/topics").json
    assert answer["data"][0] == {
        "slug": "news",
        "name": "News",
        "lawful_basis": "consent",
        "description": "News from Larkfield",
    }
    wording_id = to_public(Prefix.WORDING, desk.wording_id)
    assert answer["wording"] == {"id": wording_id, "text": "Send me the newsletter.", "language": "en"}


def test_signing_up_confirming_and_being_welcomed(client: FlaskClient, site: BuiltSite, desk: Desk) -> None:
    accepted = subscribe(client, site, desk, name="Ada", topics=["news", "events"])
    assert (accepted.status_code, accepted.json) == (202, {"status": "accepted"})
    desk.work()
    confirmed = confirm(client, desk.token())
    assert confirmed.status_code == 200
    assert confirmed.json["status"] == "confirmed"
    assert confirmed.json["topics"] == ["news", "events"]
    assert client.get(f"/p/{confirmed.json['preferences_token']}").status_code == 200
    assert desk.subscription().status is SubscriptionStatus.SUBSCRIBED
    assert desk.count(LetterKind.NEWSLETTER_WELCOME) == 1
    assert confirm(client, desk.token()).data == confirmed.data


def test_a_dead_and_a_forged_token_have_the_same_answer(
    client: FlaskClient, site: BuiltSite, desk: Desk, offset: FakeOffset
) -> None:
    subscribe(client, site, desk)
    desk.work()
    offset.move(hours=48)
    dead, forged = confirm(client, desk.token()), confirm(client, "forged")
    assert dead.status_code == forged.status_code == 410
    assert dead.json["type"] == forged.json["type"] == "/problems/confirmation-link-expired"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"topics": []}, "/topics"),
        ({"topics": ["news", "gossip"]}, "/topics/1"),
        ({"topics": ["news\r\nBcc: x"]}, "/topics/0"),
        ({"wording_id": to_public(Prefix.WORDING, new_id())}, "/wording_id"),
        ({"wording_id": "wrd_x"}, "/wording_id"),
        ({"email": "ada"}, "/email"),
        ({"email": "ada\u0000@example.org"}, "/email"),
        ({"name": "Ada\r\nBcc: x"}, "/name"),
        ({"subscribed": True}, "/subscribed"),
    ],
)
def test_a_field_that_cannot_be_is_refused_at_its_place(
    client: FlaskClient, site: BuiltSite, desk: Desk, change: dict[str, Any], pointer: str
) -> None:
    refused = subscribe(client, site, desk, **change)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json["errors"]] == [pointer]


@pytest.mark.parametrize("path", ["subscriptions", "preference-links"])
def test_only_a_site_may_send_an_address(client: FlaskClient, path: str) -> None:
    assert client.post(f"/v1/newsletter/{path}", json={"email": ADA}).status_code == 401


@pytest.mark.parametrize("post", [subscribe, ask_for_link, type_to_leave, type_for_link])
def test_no_answer_and_no_work_tells_who_is_known(
    client: FlaskClient, site: BuiltSite, desk: Desk, offset: FakeOffset, post: Post
) -> None:
    """S9: same status, bytes and headers, and the identical statements, whatever the address is to us."""
    desk.sign_up(email="pending@example.org")
    desk.sign_up(email="held@example.org")
    desk.sign_up("events", email="held@example.org")
    desk.subscribe(email="subscribed@example.org")
    desk.subscribe(email="left@example.org")
    desk.leave(email="left@example.org")
    desk.leave_typed("suppressed@example.org")
    desk.work()
    offset.move(seconds=1)
    seen = []
    for who in ("unknown", "pending", "held", "subscribed", "left", "suppressed"):
        with recorded_sql(desk.outside.database) as statements:
            answer = post(client, site, desk, f"{who}@example.org")
        seen.append((answer.status, answer.data, list(answer.headers), statements))
    assert seen[0][0] == "202 ACCEPTED"
    assert any("INSERT" in statement for statement in seen[0][3])
    assert all(other == seen[0] for other in seen)


@pytest.mark.parametrize("post", [subscribe, ask_for_link, type_to_leave, type_for_link])
def test_without_a_database_nothing_is_promised(desk: Desk, site: BuiltSite, post: Post) -> None:
    unreachable = Database("sqlite:////dev/null/setlist.sqlite3")
    client = create_app(replace(desk.outside, database=unreachable)).test_client()
    refused = post(client, site, desk, ADA)
    assert refused.status_code == 503
    assert "Retry-After" in refused.headers
    unreachable.dispose()
