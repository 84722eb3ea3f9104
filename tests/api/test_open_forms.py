"""A form that a page sends brings its token and its work; a program that says no origin needs neither (S18, S28)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from services.bookings.models import Booking
from services.requests.models import SpentNonce
from tests.form_proof import form_headers, from_page, proof
from tests.worlds import ADA, SITE_KEY, SITE_ORIGIN, World, a_booking

SIGN_IN = "/v1/sign-in-links"
WISH = {"email": "ada@example.org"}


def token_for(world: World, origin: str | None = SITE_ORIGIN) -> dict[str, Any]:
    answer = world.client.post("/v1/form-tokens", headers=from_page(SITE_KEY, origin))
    assert answer.headers["Cache-Control"] == "no-store"
    made: dict[str, Any] = answer.get_json()
    return made


def refusal(world: World, **headers: str) -> tuple[int, str]:
    sent = from_page(SITE_KEY, SITE_ORIGIN) | {name.replace("_", "-"): value for name, value in headers.items()}
    answer = world.client.post(SIGN_IN, json=WISH, headers=sent)
    return answer.status_code, str((answer.json or {}).get("type", "")).removeprefix("/problems/")


def test_a_program_needs_no_token(world: World) -> None:
    assert world.client.post(SIGN_IN, json=WISH, headers=from_page(SITE_KEY, None)).status_code == 202


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (SIGN_IN, WISH),
        ("/v1/newsletter/preference-links", WISH),
    ],
)
def test_a_page_brings_its_token_and_its_work(world: World, path: str, body: dict[str, Any]) -> None:
    bare = world.client.post(path, json=body, headers=from_page(SITE_KEY, SITE_ORIGIN))
    assert (bare.status_code, bare.json["type"]) == (403, "/problems/form-token-missing")  # type: ignore[index]
    proved = form_headers(world.client, SITE_KEY, SITE_ORIGIN)
    assert world.client.post(path, json=body, headers=proved).status_code == 202


def test_a_token_without_its_own_work_is_refused(world: World) -> None:
    ours, another = token_for(world), token_for(world)
    assert refusal(world, X_Form_Token=ours["token"]) == (403, "proof-of-work-invalid")
    for wrong in ("x" * 3000, "e30=", proof(another["challenge"])):
        assert refusal(world, X_Form_Token=ours["token"], X_Proof_Of_Work=wrong) == (403, "proof-of-work-invalid")


def test_a_token_of_another_origin_or_another_day_is_refused(world: World) -> None:
    elsewhere = token_for(world, origin=None)
    work = proof(elsewhere["challenge"])
    assert refusal(world, X_Form_Token=elsewhere["token"], X_Proof_Of_Work=work) == (403, "form-token-invalid")
    old = form_headers(world.client, SITE_KEY, SITE_ORIGIN)
    world.passes(hours=25)
    assert world.client.post(SIGN_IN, json=WISH, headers=old).json["type"] == "/problems/form-token-invalid"  # type: ignore[index]


def test_it_serves_one_request_and_its_repeats(world: World) -> None:
    proved = form_headers(world.client, SITE_KEY, SITE_ORIGIN)
    first, again = (world.client.post(SIGN_IN, json=WISH, headers=proved) for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 202)
    other = world.client.post(SIGN_IN, json={"email": "ben@example.org"}, headers=proved)
    assert (other.status_code, other.json["type"]) == (403, "/problems/form-token-spent")  # type: ignore[index]


def test_a_refused_booking_does_not_use_it_up(world: World) -> None:
    small, free = world.a_set(slug="small", capacity=1, price_minor=0), world.a_set(price_minor=0)
    proved = form_headers(world.client, SITE_KEY, SITE_ORIGIN)

    def book(learning_set: Any) -> int:
        headers = proved | {"Idempotency-Key": str(uuid4())}
        body = a_booking(learning_set, people=[ADA, "ben@example.org"], method="none")
        return world.client.post(f"/v1/sets/{learning_set.slug}/bookings", json=body, headers=headers).status_code

    assert [book(small), book(free), book(free)] == [422, 201, 403]
    with world.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Booking)) == 1
        assert session.scalar(select(func.count()).select_from(SpentNonce)) == 1
