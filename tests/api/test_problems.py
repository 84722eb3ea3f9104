"""Every refusal has one shape, whoever refused, and gives nothing away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest
from werkzeug.test import TestResponse

from services.payments.gateway import PaymentGateway
from tests.worlds import SITE_KEY, World, a_booking

SECRETS = ("sk_test_abc", "ada@example.org", "SELECT name FROM persons")


class Exploding:
    """A gateway with a mistake in it."""

    def __getattr__(self, name: str) -> Any:
        def explode(*_args: object, **_kwargs: object) -> None:
            raise RuntimeError(" ".join(SECRETS))

        return explode


def assert_problem(answer: TestResponse, status: int, code: str) -> None:
    body = answer.get_json()
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert (body["status"], body["type"]) == (status, f"/problems/{code}")
    assert body["title"]
    assert body["detail"]
    assert body["instance"].startswith("urn:uuid:")


REFUSALS: dict[str, tuple[Callable[[World], TestResponse], int, str]] = {
    "no such address": (lambda world: world.client.get("/v1/nothing"), 404, "not-found"),
    "no such address, with what was sent": (lambda world: world.client.get("/v1/<script>"), 404, "not-found"),
    "another method": (lambda world: world.client.delete("/v1/sets"), 405, "method-not-allowed"),
    "another method for the webhook": (lambda world: world.client.get("/webhooks/stripe"), 405, "method-not-allowed"),
    "a webhook too large": (
        lambda world: world.client.post("/webhooks/stripe", data=b"x" * 70_000),
        413,
        "payload-too-large",
    ),
    "no key": (lambda world: world.client.post("/v1/sets/any/bookings", json={}), 401, "unauthenticated"),
    "no token": (lambda world: world.client.get("/v1/bookings/booking_0"), 401, "unauthenticated"),
    "no holder's page": (lambda world: world.client.get("/bookings/t/forged"), 404, "not-found"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_a_problem_detail(world: World, name: str) -> None:
    refuse, status, code = REFUSALS[name]
    answer = refuse(world)
    assert_problem(answer, status, code)
    assert "script" not in answer.text


def test_a_body_is_json_and_of_a_size(world: World) -> None:
    path, headers = f"/v1/sets/{world.a_set().slug}/bookings", {"X-Site-Key": SITE_KEY, "Idempotency-Key": "one"}

    def post(body: bytes, content_type: str = "application/json") -> TestResponse:
        return world.client.post(path, data=body, headers=headers, content_type=content_type)

    assert_problem(post(b"{}", "text/plain"), 415, "unsupported-media-type")
    assert_problem(post(b"a=b", "application/x-www-form-urlencoded"), 415, "unsupported-media-type")
    assert_problem(post(b"{"), 400, "malformed-request")
    assert_problem(post(b"[" * 5000), 400, "malformed-request")
    assert_problem(post(b'{"a": "%s"}' % (b"x" * 66_000)), 413, "payload-too-large")
    assert_problem(post(b"[]"), 422, "invalid-request")


def test_each_refusal_has_a_name_of_its_own(world: World) -> None:
    instances = {world.client.get("/v1/nothing").get_json()["instance"] for _ in range(3)}
    assert len(instances) == 3


def test_another_methods_refusal_says_which_are_taken(world: World) -> None:
    assert set(world.client.delete("/v1/sets").headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_browser_is_shown_a_page_and_a_program_the_problem(world: World) -> None:
    page = world.client.get("/bookings/t/forged", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert_problem(world.client.get("/v1/nothing", headers={"Accept": "text/html"}), 404, "not-found")


def test_a_mistake_of_ours_leaks_nothing_to_the_visitor_nor_to_the_log(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    """S32."""
    booked = world.book(world.a_set())
    world.app.extensions["outside"] = replace(world.outside, gateway=cast(PaymentGateway, Exploding()))
    answer = world.client.post(f"{booked.path}/payment-check", headers=booked.bearer)
    assert_problem(answer, 500, "internal-error")
    assert set(answer.get_json()) == {"type", "title", "status", "detail", "instance"}
    logged = "".join(capfd.readouterr())
    assert "RuntimeError" in logged
    assert answer.get_json()["instance"] in logged
    for secret in SECRETS:
        assert secret not in answer.text
        assert secret not in logged


def test_a_mistake_while_booking_leaves_nothing_behind_but_what_can_be_resumed(world: World) -> None:
    learning_set = world.a_set()
    gateway = world.outside.gateway
    explode = Exploding()
    explode.checkout_request = gateway.checkout_request  # type: ignore[attr-defined]
    world.app.extensions["outside"] = replace(world.outside, gateway=cast(PaymentGateway, explode))
    assert_problem(world.ask(learning_set, key="one"), 500, "internal-error")
    world.app.extensions["outside"] = world.outside
    assert_problem(world.ask(learning_set, key="one"), 409, "request-in-progress")
    world.passes(seconds=31)
    answer = world.ask(learning_set, a_booking(learning_set), key="one")
    assert answer.status_code == 201
    assert answer.get_json()["checkout_url"]
    assert world.taken(learning_set) == 1
