"""What a website does for its visitors before they meet a page of ours."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import requests

from tests.embedded import Embedded


def book_by_card(setlist: Embedded, email: str) -> dict[str, Any]:
    """A place on the first set that costs money, held; answers the booking as its website gets it."""
    learning_set = fetch(setlist, "/v1/sets/campaigners-online")
    price = learning_set["prices"][0]
    body = {
        "price_id": price["id"],
        "payment_method": "card",
        "booker": {"name": "Ada Obi", "email": email, "organisation": {"income_band": price["band"]}},
        "participants": [{"name": "Ada Obi", "email": email}],
        "accepted": {"terms": learning_set["terms"]["id"], "ground_rules": learning_set["ground_rules"]["id"]},
    }
    return _send(setlist, f"/v1/sets/{learning_set['id']}/bookings", body)


def fill_up(setlist: Embedded, slug: str) -> None:
    """Book whatever is left of a free set."""
    learning_set = fetch(setlist, f"/v1/sets/{slug}")
    left = learning_set["places_left"]
    if not left:
        return
    people = [{"name": f"Person {number}", "email": f"{uuid4()}@example.org"} for number in range(left)]
    body = {
        "price_id": learning_set["prices"][0]["id"],
        "payment_method": "none",
        "booker": people[0],
        "participants": people,
        "accepted": {"terms": learning_set["terms"]["id"], "ground_rules": learning_set["ground_rules"]["id"]},
    }
    _send(setlist, f"/v1/sets/{learning_set['id']}/bookings", body)


def sign_up(setlist: Embedded, email: str, *topics: str) -> None:
    wording = fetch(setlist, "/v1/newsletter/topics")["wording"]
    _send(setlist, "/v1/newsletter/subscriptions", {"email": email, "topics": topics, "wording_id": wording["id"]})


def fetch(setlist: Embedded, path: str) -> Any:
    """What anybody may read."""
    return requests.get(f"{setlist.url}{path}", timeout=10).json()


def _send(setlist: Embedded, path: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = {"X-Site-Key": setlist.demo["site_key"], "Idempotency-Key": str(uuid4())}
    answer = requests.post(f"{setlist.url}{path}", json=body, headers=headers, timeout=10)
    assert answer.ok, answer.text
    answered: dict[str, Any] = answer.json()
    return answered
