"""What a page brings along with a form: a token, and the work done for it."""

from __future__ import annotations

from typing import Any

from altcha.v1 import Payload, solve_challenge
from flask.testing import FlaskClient


def form_headers(client: FlaskClient, site_key: str, origin: str | None) -> dict[str, str]:
    """The headers of a form that is sent from this origin, for one request and its repeats."""
    answer = client.post("/v1/form-tokens", headers=from_page(site_key, origin))
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.get_json()
    return from_page(site_key, origin) | {"X-Form-Token": made["token"], "X-Proof-Of-Work": proof(made["challenge"])}


def from_page(site_key: str, origin: str | None) -> dict[str, str]:
    """What a browser sends from a page of this origin; None: a program."""
    return {"X-Site-Key": site_key} | ({"Origin": origin} if origin else {})


def proof(challenge: dict[str, Any]) -> str:
    """The challenge, solved."""
    found = solve_challenge(challenge["challenge"], challenge["salt"], challenge["algorithm"], challenge["maxNumber"])
    assert found is not None
    return Payload(
        challenge["algorithm"], challenge["challenge"], found.number, challenge["salt"], challenge["signature"]
    ).to_base64()
