"""Which pages of other origins may call the API (S17, S18)."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from services.access.models import Site
from tests.worlds import SITE_KEY, SITE_ORIGIN, World

STRANGER = "https://stranger.example"
LOOKALIKES = (
    "null",
    "http://larkfield.example",
    "https://larkfield.example:444",
    "https://larkfield.example.stranger.example",
    "https://LARKFIELD.example",
    "https://larkfield.example/",
    "https://sub.larkfield.example",
)


def preflight(world: World, path: str, method: str, origin: str) -> TestResponse:
    asked = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": "x-site-key"}
    return world.client.options(path, headers=asked)


@pytest.mark.parametrize("path", ["/v1/sets", "/v1/sets/leading-through-change", "/v1/newsletter/topics"])
def test_any_page_may_read_what_anybody_may_see(world: World, path: str) -> None:
    for answer in (
        world.client.get(path, headers={"Origin": STRANGER}),
        world.client.get(path),
        preflight(world, path, "GET", STRANGER),
    ):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/sets/leading-through-change/bookings",
        "/v1/newsletter/subscriptions",
        "/v1/newsletter/confirmations",
        "/v1/bookings/booking_01j00000000000000000000000/checkout",
    ],
)
def test_a_listed_page_may_send_what_visitors_send(world: World, path: str) -> None:
    answer = preflight(world, path, "POST", SITE_ORIGIN)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == SITE_ORIGIN
    assert answer.headers["Access-Control-Allow-Methods"] == "POST"
    allowed = answer.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert {"authorization", "content-type", "idempotency-key", "x-site-key"} <= set(allowed)
    assert "Origin" in answer.vary


@pytest.mark.parametrize("origin", [STRANGER, *LOOKALIKES])
def test_a_page_of_another_origin_is_given_no_leave(world: World, origin: str) -> None:
    path = "/v1/newsletter/subscriptions"
    refused = preflight(world, path, "POST", origin)
    assert "Access-Control-Allow-Origin" not in refused.headers
    assert "Origin" in refused.vary
    sent = world.client.post(path, json={}, headers={"Origin": origin, "X-Site-Key": SITE_KEY})
    assert sent.status_code == 403
    assert (sent.json or {})["type"] == "/problems/origin-not-allowed"
    assert "Access-Control-Allow-Origin" not in sent.headers


def test_a_listed_page_may_read_refusals_and_the_headers_it_needs(world: World) -> None:
    sent = {"Origin": SITE_ORIGIN, "X-Site-Key": SITE_KEY}
    answer = world.client.post("/v1/newsletter/subscriptions", json={}, headers=sent)
    assert answer.status_code == 422
    assert answer.headers["Access-Control-Allow-Origin"] == SITE_ORIGIN
    assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]


def test_a_site_s_pages_lose_their_leave_with_its_key(world: World) -> None:
    with world.database.writing() as session:
        session.query(Site).update({Site.revoked_at: world.outside.clock.now()})
    answer = preflight(world, "/v1/newsletter/subscriptions", "POST", SITE_ORIGIN)
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_no_answer_lets_credentials_along_or_sets_a_cookie(world: World) -> None:
    for rule in world.app.url_map.iter_rules():
        path = rule.rule.replace("<", "").replace(">", "")
        for origin in (SITE_ORIGIN, STRANGER):
            answer = world.client.options(path, headers={"Origin": origin, "Access-Control-Request-Method": "GET"})
            assert "Access-Control-Allow-Credentials" not in answer.headers
            assert "Set-Cookie" not in answer.headers


def test_pages_and_machinery_are_nobody_else_s_to_call(world: World) -> None:
    for path in ("/", "/p", "/webhooks/stripe", "/readyz", "/openapi.json"):
        answer = world.client.get(path, headers={"Origin": SITE_ORIGIN})
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_what_a_plain_form_can_send_is_refused_so_that_browsers_must_ask_first(world: World, content_type: str) -> None:
    """S18: only JSON is read, and JSON from another origin forces a preflight."""
    for path in ("/v1/newsletter/subscriptions", "/v1/newsletter/confirmations", "/v1/sets/a-set/bookings"):
        answer = world.client.post(
            path, data='{"email": "ada@example.org"}', content_type=content_type, headers={"X-Site-Key": SITE_KEY}
        )
        assert answer.status_code == 415, path
