"""Somebody at a website's form: books by card or for nothing, pays, asks whether the payment arrived."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
import requests

from api.sandbox.stripe.outcomes import Outcome, apply_outcome
from services.ids import Prefix, to_public
from tests.builders.sets import BuiltSet, a_learning_set
from tests.builders.sites import a_site
from tests.processes import Installation

TIMEOUT_SECONDS = 30
CHUNK = 4096


@dataclass(frozen=True)
class Visitor:
    """Books one place on `wanted`; the same `name` makes the same request."""

    installation: Installation
    site_key: str
    wanted: BuiltSet
    payment_method: str = "card"

    @classmethod
    def at(cls, installation: Installation, *, capacity: int = 1, price_minor: int = 18000) -> Visitor:
        """A visitor who finds one set, with so many places."""
        with installation.database.writing() as session:
            wanted = a_learning_set(session, capacity=capacity, price_minor=price_minor)
            site = a_site(session)
        return cls(installation, site.publishable_key, wanted, "card" if price_minor else "none")

    def book(self, name: str = "ada") -> requests.Response:
        return self._send(name, orjson.dumps(self._booking(name)))

    def book_without_saying_how_much(self, behind: bytes, name: str = "ada") -> requests.Response:
        """The same in chunks, which have no length before they end, with something behind it."""
        body = orjson.dumps(self._booking(name)) + behind
        return self._send(name, (body[at : at + CHUNK] for at in range(0, len(body), CHUNK)))

    def book_once_the_lease_is_over(self, name: str = "ada") -> requests.Response:
        """The same request again, as often as it is answered that the first is still running."""
        answers: list[requests.Response] = []

        def is_answered() -> bool:
            answers.append(self.book(name))
            return bool(answers[-1].json().get("type") != "/problems/request-in-progress")

        self.installation.wait_for(is_answered)
        return answers[-1]

    def book_and_pay(self) -> dict[str, Any]:
        """A booking that Stripe has the money for, and nobody has told us so yet."""
        booking: dict[str, Any] = self.book().json()
        self.pay(booking["checkout_url"].rpartition("/")[2])
        return booking

    def check_payment(self, booking: dict[str, Any]) -> dict[str, Any]:
        """What the page does that a payer comes back to."""
        answer = self._post(
            f"/v1/bookings/{booking['id']}/payment-check",
            headers={"Authorization": f"Bearer {booking['holder_token']}"},
        )
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def pay(self, stripe_checkout_session_id: str) -> None:
        sandbox = self.installation.sandbox
        apply_outcome(sandbox.state, sandbox.clock, stripe_checkout_session_id, Outcome.SUCCEED)

    def _send(self, name: str, data: bytes | Iterable[bytes]) -> requests.Response:
        return self._post(
            f"/v1/sets/{to_public(Prefix.SET, self.wanted.id)}/bookings",
            data=data,
            headers={
                "X-Site-Key": self.site_key,
                "Idempotency-Key": f"booking-of-{name}",
                "Content-Type": "application/json",
            },
        )

    def _post(self, path: str, **options: Any) -> requests.Response:
        return requests.post(self.installation.url + path, timeout=TIMEOUT_SECONDS, **options)

    def _booking(self, name: str) -> dict[str, Any]:
        somebody = {"name": name.capitalize(), "email": f"{name}@example.org"}
        return {
            "price_id": to_public(Prefix.PRICE, self.wanted.price_id),
            "payment_method": self.payment_method,
            "booker": somebody,
            "participants": [somebody],
            "accepted": {
                "terms": to_public(Prefix.TERMS, self.wanted.terms_id),
                "ground_rules": to_public(Prefix.GROUND_RULES, self.wanted.ground_rules_id),
            },
        }
