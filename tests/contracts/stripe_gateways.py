"""Our gateway at the end of a transport of the test's choice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import requests
from requests.adapters import BaseAdapter

from services.money import Money
from services.payments.gateway import CheckoutOrder, Patience
from services.payments.stripe_gateway import StripeGateway
from tests.contracts.stripe_client import PUBLIC_URL, SECRET_KEY

STRIPE_URL = "http://stripe.sandbox"
WEBHOOK_SECRET = "whsec_sandbox"


def gateway_through(
    adapter: BaseAdapter,
    *,
    webhook_secrets: Sequence[str] = (WEBHOOK_SECRET,),
    patience: Patience = Patience.WEB,
) -> StripeGateway:
    session = requests.Session()
    session.mount(STRIPE_URL, adapter)
    return StripeGateway(
        api_key=SECRET_KEY, webhook_secrets=webhook_secrets, patience=patience, session=session, base_url=STRIPE_URL
    )


def an_order(expires_at: datetime, *, attempt: int = 1, places: int = 2) -> CheckoutOrder:
    return CheckoutOrder(
        reference="booking_01",
        attempt=attempt,
        title="Leading change: one place",
        unit_amount=Money(42_000, "GBP"),
        places=places,
        success_url=f"{PUBLIC_URL}/bookings/t/token",
        cancel_url=f"{PUBLIC_URL}/bookings/t/token?left",
        expires_at=expires_at,
        metadata={"set": "set_01", "nominal": "4000"},
    )


class ScriptedAdapter(BaseAdapter):
    """Answers every request alike, or raises, and remembers what it was asked and how patiently."""

    def __init__(self, answer: requests.Response | Exception) -> None:
        super().__init__()
        self.answer = answer
        self.requests: list[requests.PreparedRequest] = []
        self.timeouts: list[Any] = []

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        self.requests.append(request)
        self.timeouts.append(options["timeout"])
        if isinstance(self.answer, Exception):
            raise self.answer
        self.answer.request, self.answer.url = request, str(request.url)
        return self.answer

    def close(self) -> None:
        """Nothing is held open."""


def an_answer(status: int, body: bytes = b"{}", **headers: str) -> requests.Response:
    response = requests.Response()
    response.status_code, response._content = status, body
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response
