"""No answer has a secret in it, nor tells more of a person than it must: all are searched for canaries (S21)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from services.finance.exports.targets import Target
from services.ids import Prefix, to_public
from tests.api.open_house import House, open_house
from tests.api.operations import operations
from tests.conftest import FreshDatabase
from tests.databases import Kind

SECRETS = {
    "secret_key": "canary-of-the-secret-key-0123456789",
    "address_pepper": "canary-of-the-pepper-0123456789-abc",
    "retired_secret_keys": "canary-of-a-retired-key-0123456789-a",
    "stripe_webhook_secret": "whsec_canary_of_webhooks",
    "stripe_webhook_secret_next": "whsec_canary_of_the_next",
    "smtp_password": "canary-of-the-mail-server",
}
NAME, ADDRESS = "Zephyrine Quayle", "zephyrine@quayle.example"
EVER = "from=2020-01-01&to=2099-12-31"


@pytest.fixture
def house(database_kind: Kind, fresh_database: FreshDatabase, tmp_path: Path) -> Iterator[House]:
    """One in which somebody has booked and paid."""
    with open_house(fresh_database(database_kind, tmp_path), tmp_path, **SECRETS) as opened:
        yield opened


@pytest.fixture
def booking_id(house: House) -> str:
    body = house.booking_of(house.paid, "card")
    person = {"name": NAME, "email": ADDRESS}
    answer = house.client.post(
        f"/v1/sets/{to_public(Prefix.SET, house.paid.id)}/bookings",
        json=body | {"booker": person, "participants": [person]},
        headers={"X-Site-Key": house.site_key, "Idempotency-Key": "one"},
    )
    assert answer.status_code == 201, answer.text
    session = str((answer.json or {})["checkout_url"]).rpartition("/")[2]
    paid = house.client.post(f"/sandbox/stripe/checkout_sessions/{session}/outcome", json={"outcome": "succeed"})
    assert paid.status_code == 200, paid.text
    holder = {"Authorization": f"Bearer {(answer.json or {})['holder_token']}"}
    checked = house.client.post(f"/v1/bookings/{(answer.json or {})['id']}/payment-check", headers=holder)
    assert (checked.json or {})["status"] == "confirmed"
    return str((answer.json or {})["id"])


def in_full(answer: TestResponse) -> str:
    """Headers and body, a spreadsheet's as bytes."""
    return f"{answer.headers}{answer.data.decode('latin-1')}"


def expect_no_secret(house: House, answer: TestResponse) -> None:
    told = in_full(answer)
    for canary in (*SECRETS.values(), house.staff_key):
        assert canary not in told, answer.request.path


def expect_nobody(house: House, answer: TestResponse) -> None:
    expect_no_secret(house, answer)
    told = in_full(answer)
    for canary in (NAME, NAME.partition(" ")[0], ADDRESS, "quayle"):
        assert canary.casefold() not in told.casefold(), answer.request.path


@pytest.mark.usefixtures("booking_id")
def test_what_describes_us_and_what_we_measure_name_nobody(house: House) -> None:
    for path in ("/openapi.json", "/docs", "/livez", "/readyz", "/metrics", "/v1/sets", "/privacy", "/robots.txt"):
        expect_nobody(house, house.client.get(path))


@pytest.mark.usefixtures("booking_id")
@pytest.mark.parametrize("target", list(Target))
def test_an_export_names_nobody(house: House, target: Target) -> None:
    staff = {"Authorization": f"Bearer {house.staff_key}"}
    answer = house.client.get(f"/v1/finance/exports/{target}?{EVER}", headers=staff)
    assert answer.status_code == 200, answer.text
    expect_nobody(house, answer)
    answer.close()


def test_a_refusal_repeats_nothing_of_what_was_sent(house: House, booking_id: str) -> None:
    """Every operation, asked with somebody else's secret, a wrong body, and as somebody who may."""
    bodies = [b"{", b'{"%s": "%s"}' % (NAME.encode(), ADDRESS.encode()), b"[]"]
    keys = ["forged-canary-of-a-bearer", house.staff_key]
    for operation in operations():
        path = re.sub(r"\{\w+\}", "any", operation.path.replace("{booking_id}", booking_id))
        for body in bodies if operation.body is not None else [b""]:
            for key in keys:
                headers = {"Authorization": f"Bearer {key}", "X-Site-Key": house.site_key, "Idempotency-Key": ADDRESS}
                answer = house.client.open(
                    path, method=operation.method.upper(), data=body, content_type="application/json", headers=headers
                )
                expect_no_secret(house, answer)
                assert "forged-canary" not in in_full(answer)
                if answer.status_code >= 400:
                    without_pointers = re.sub(r'"pointer": ?"[^"]*"', "", in_full(answer))
                    assert ADDRESS not in without_pointers, operation.id
