"""Who asks too often is told to wait, in headers too; a limit of a mail address is in none (S26, S27)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from html import unescape
from pathlib import Path
from typing import Any, Protocol

import pytest
from werkzeug.test import TestResponse

from services.settings import NO_LIMIT, AppEnv, Settings
from tests.api.open_house import House, open_house
from tests.conftest import FreshDatabase
from tests.databases import Kind
from tests.form_proof import proof
from tests.forms import typed

SIGN_IN = "/v1/sign-in-links"


class Opened(Protocol):
    def __call__(self, **limits: int) -> House: ...


@pytest.fixture
def opened(database_kind: Kind, fresh_database: FreshDatabase, tmp_path: Path) -> Iterator[Opened]:
    """A house with these limits, behind one proxy that says where a request came from."""
    with ExitStack() as closing:
        yield lambda **limits: closing.enter_context(
            open_house(fresh_database(database_kind, tmp_path), tmp_path, proxy_hops=1, **limits)
        )


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> Kind:
    """One is enough for what is counted in memory; a test of what the database counts asks for both."""
    kind: Kind = getattr(request, "param", "sqlite")
    return kind


both = pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)


def ask(house: House, network: str = "203.0.113.7", email: str = "ada@example.org") -> TestResponse:
    headers = {"X-Site-Key": house.site_key, "X-Forwarded-For": network}
    return house.client.post(SIGN_IN, json={"email": email}, headers=headers)


def book(house: House, places: int, *, network: str = "203.0.113.7", email: str = "ada@example.org") -> TestResponse:
    body: dict[str, Any] = house.booking_of(house.free, "none")
    body["booker"]["email"] = email
    body["participants"] = [{"name": "Ada", "email": f"{number}@example.org"} for number in range(places)]
    headers = {"X-Site-Key": house.site_key, "X-Forwarded-For": network, "Idempotency-Key": f"{email}-{places}"}
    return house.client.post(f"/v1/sets/{house.free.slug}/bookings", json=body, headers=headers)


def test_a_network_that_writes_too_often_waits(opened: Opened) -> None:
    house = opened(limit_writes_a_minute=2)
    assert [ask(house).status_code for _ in range(2)] == [202, 202]
    refused = ask(house)
    assert (refused.status_code, refused.json["type"]) == (429, "/problems/rate-limited")  # type: ignore[index]
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert ask(house, network="203.0.113.8").status_code == 202


def test_a_household_has_one_ipv6_network(opened: Opened) -> None:
    house = opened(limit_writes_a_minute=1)
    assert ask(house, network="2001:db8:1:2::1").status_code == 202
    assert ask(house, network="2001:db8:1:2:ffff::9").status_code == 429
    assert ask(house, network="2001:db8:1:3::1").status_code == 202


def test_one_cannot_choose_one_s_own_network(opened: Opened) -> None:
    house = opened(limit_writes_a_minute=1)
    assert ask(house, network="198.51.100.1, 203.0.113.7").status_code == 202
    assert ask(house, network="198.51.100.2, 203.0.113.7").status_code == 429


def test_everybody_together_is_limited_too(opened: Opened) -> None:
    house = opened(limit_all_writes_a_minute=3)
    answers = [ask(house, network=f"203.0.113.{number}").status_code for number in range(4)]
    assert answers == [202, 202, 202, 429]


def test_headers_say_what_is_allowed_and_what_is_left(opened: Opened) -> None:
    house = opened(limit_writes_a_minute=5, limit_all_writes_a_minute=100)
    ask(house)
    headers = ask(house).headers
    assert headers["RateLimit-Policy"] == '"all";q=100;w=60, "network";q=5;w=60'
    everybody, network = headers["RateLimit"].split(", ")
    assert network.startswith('"network";r=3;t=')
    assert everybody.startswith('"all";r=98;t=')
    assert "Retry-After" not in headers


def test_an_answer_for_every_cache_says_nothing_of_who_asked(opened: Opened) -> None:
    answer = opened(limit_reads_a_minute=5).client.get("/v1/sets")
    assert answer.status_code == 200
    assert "RateLimit" not in answer.headers
    assert "RateLimit-Policy" not in answer.headers


def test_a_refused_leave_says_so_and_one_click_is_never_refused(opened: Opened) -> None:
    house = opened(limit_writes_a_minute=1, limit_all_writes_a_minute=1)
    typed = [house.client.post("/u", data={"email": "ada@example.org"}) for _ in range(2)]
    assert [answer.status_code for answer in typed] == [202, 429]
    assert "Retry-After" in typed[1].headers
    assert {house.client.post("/u/unknown").status_code for _ in range(3)} == {404}


def test_above_the_limits_a_browser_s_work_lets_a_typed_address_leave(opened: Opened) -> None:
    """Each piece of work serves once: what others ask for must not keep anybody from leaving, nor let one flood us."""
    house = opened(limit_writes_a_minute=1, limit_all_writes_a_minute=1, proof_of_work_effort=10)

    def leaves(number: int, **fields: str) -> TestResponse:
        return house.client.post("/u", data={"email": f"person-{number}@example.org"} | fields)

    assert leaves(1).status_code == 202
    refused = leaves(2)
    assert (refused.status_code, typed(refused.text)["email"]) == (429, "person-2@example.org")
    token, challenge = typed(refused.text)["form_token"], shown_challenge(refused.text)
    assert leaves(2, form_token=token, proof_of_work="forged").status_code == 429
    worked = {"form_token": token, "proof_of_work": proof(challenge)}
    assert [leaves(2, **worked).status_code, leaves(3, **worked).status_code] == [202, 429]


def shown_challenge(page: str) -> dict[str, Any]:
    """The work that a page asks of a browser."""
    found = re.search(r'data-challenge="([^"]+)"', page)
    assert found is not None
    challenge: dict[str, Any] = json.loads(unescape(found[1]))
    return challenge


def test_staff_and_probes_are_not_strangers(opened: Opened) -> None:
    house = opened(limit_reads_a_minute=1, limit_writes_a_minute=1, limit_all_writes_a_minute=1)
    assert {house.client.get("/livez").status_code for _ in range(3)} == {200}
    staff = {"Authorization": f"Bearer {house.staff_key}"}
    assert {house.client.get("/v1/staff/attention", headers=staff).status_code for _ in range(3)} == {200}
    drafts = [house.client.post("/v1/staff/sets", headers=staff, json={}) for _ in range(2)]
    assert [answer.status_code for answer in drafts] == [422, 422], "everybody's limit is not for staff"


def test_whoever_tries_keys_until_one_fits_waits(opened: Opened) -> None:
    house = opened(limit_reads_a_minute=3)
    tried = [house.client.get("/v1/staff/attention", headers={"Authorization": f"Bearer sk_{n}"}) for n in range(5)]
    assert [answer.status_code for answer in tried] == [401, 401, 401, 429, 429]


def test_whoever_asks_for_staff_pages_without_being_signed_in_waits(opened: Opened) -> None:
    house = opened(limit_reads_a_minute=2)
    asked = [house.client.get("/staff/finance") for _ in range(4)]
    assert [answer.status_code for answer in asked] == [303, 303, 429, 429]


def test_a_crowd_of_strangers_keeps_no_staff_out(opened: Opened) -> None:
    house = opened(limit_all_writes_a_minute=1)
    assert {house.client.post("/staff/sign-in/unknown").status_code for _ in range(3)} == {410}


def test_whoever_forges_webhooks_waits(opened: Opened) -> None:
    house = opened(limit_writes_a_minute=2)
    forged = [house.client.post("/webhooks/stripe", data=b"{}") for _ in range(4)]
    assert [answer.status_code for answer in forged] == [400, 400, 429, 429]


@both
def test_one_address_may_ask_for_so_many_places(opened: Opened) -> None:
    house = opened(limit_places_an_hour=3)
    assert book(house, 2).status_code == 201
    refused = book(house, 3)
    assert (refused.status_code, refused.json["type"]) == (429, "/problems/too-many-places-asked")  # type: ignore[index]
    assert int(refused.headers["Retry-After"]) <= 3600
    assert "RateLimit" not in refused.headers, "a header would tell how often somebody else booked"
    assert book(house, 2, email="ben@example.org").status_code == 201
    assert book(house, 1).status_code == 201, "what was refused is not counted"


@both
def test_one_network_may_ask_for_so_many_places(opened: Opened) -> None:
    house = opened(limit_network_places_an_hour=3)
    assert book(house, 2).status_code == 201
    assert book(house, 2, email="ben@example.org").status_code == 429
    assert book(house, 2, email="ben@example.org", network="203.0.113.8").status_code == 201


@both
def test_the_same_request_again_is_not_counted_again(opened: Opened) -> None:
    house = opened(limit_places_an_hour=2)
    assert [book(house, 2).status_code for _ in range(3)] == [201, 201, 201]


def test_stand_ins_lift_every_limit_that_is_not_set() -> None:
    secrets: dict[str, Any] = {"secret_key": "x" * 32, "address_pepper": "x" * 32}
    limits = [name for name in Settings.model_fields if name.startswith("limit_")]
    embedded = Settings(**secrets)
    assert {getattr(embedded, name) for name in limits} == {NO_LIMIT}
    assert Settings(**secrets, limit_writes_a_minute=7).limit_writes_a_minute == 7
    live = Settings(
        app_env=AppEnv.PRODUCTION,
        public_url="https://book.example",
        mail_from="places@book.example",
        stripe_api_key="rk_test_1",
        stripe_webhook_secret="w",
        **secrets,
    )
    assert all(getattr(live, name) < NO_LIMIT for name in limits)
