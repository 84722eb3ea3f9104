"""Logs hold nothing of anybody: canaries go through a whole installation, and no log has one (S21, S34)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import orjson
import pytest
import requests

from services.access.keys import Scope
from tests.builders import a_staff_key
from tests.conftest import FreshDatabase
from tests.databases import Kind
from tests.processes import Installation, an_installation
from tests.visitor import Visitor

CANARY = "zephyrine"
"""A name and, before `@example.org`, an address that nothing else is called by."""
FORGED_LINE = '\n{"event": "forged"}\n'


@pytest.fixture
def installation(fresh_database: FreshDatabase, database_kind: Kind, tmp_path: Path) -> Iterator[Installation]:
    with an_installation(fresh_database(database_kind, tmp_path), tmp_path) as made:
        yield made


def test_no_log_tells_a_name_an_address_a_token_or_a_secret(installation: Installation) -> None:
    visitor = Visitor.at(installation, capacity=3)
    with installation.database.writing() as session:
        staff = a_staff_key(session, *Scope)
    installation.start("serve", "sandbox", "worker")
    booking = visitor.book(CANARY).json()
    visitor.pay(booking["checkout_url"].rpartition("/")[2])
    holder = {"Authorization": f"Bearer {booking['holder_token']}"}
    for path, headers in (
        (f"/v1/bookings/{booking['id']}", holder),
        (f"/v1/bookings/{booking['id']}", staff),
        (f"/bookings/t/{booking['holder_token']}", {}),
        (f"/v1/sets/{CANARY}?email={CANARY}@example.org", {}),
        (f"/u/{booking['holder_token']}", {}),
        (f"/{CANARY}{quote(FORGED_LINE)}", {"User-Agent": CANARY, "Referer": f"https://{CANARY}.example/"}),
    ):
        requests.get(installation.url + path, headers=headers, timeout=30)
    for path, body in (
        ("sets/x/bookings", f'{{"{CANARY}": 1}}'),
        ("sign-in-links", f'{{"email": "{CANARY}@example.org"}}'),
    ):
        site = {"X-Site-Key": visitor.site_key, "Content-Type": "application/json", "Idempotency-Key": CANARY}
        requests.post(f"{installation.url}/v1/{path}", data=body, headers=site, timeout=30)
    installation.wait_for(lambda: bool(installation.letters("Your booking is confirmed")))

    logs = "".join(path.read_text() for path in installation.folder.glob("*.log"))
    secrets = [installation.environment[name] for name in ("SECRET_KEY", "ADDRESS_PEPPER", "STRIPE_WEBHOOK_SECRET")]
    key = staff["Authorization"].removeprefix("Bearer ")
    for canary in (CANARY, CANARY.capitalize(), "example.org", booking["holder_token"], key, *secrets):
        assert canary not in logs
    told = [orjson.loads(line) for line in logs.splitlines() if line.startswith("{")]
    assert {line["route"] for line in told if line["event"] == "request"} >= {
        "/v1/sets/<set_id>/bookings",
        "/v1/bookings/<booking_id>",
        "/bookings/t/<token>",
        "/u/<token>",
        "none",
    }
    assert "forged" not in {line["event"] for line in told}
