"""Stripe's own client library, pointed at the stand-in."""

from __future__ import annotations

from typing import Any

import requests
import stripe
from requests.adapters import BaseAdapter

from services.clock import Clock

SECRET_KEY = "sk_test_sandbox"
PUBLIC_URL = "http://setlist.test"


def client_through(adapter: BaseAdapter, *, key: str = SECRET_KEY, retries: int = 0) -> stripe.StripeClient:
    session = requests.Session()
    session.mount("http://stripe.sandbox/", adapter)
    return stripe.StripeClient(
        key,
        base_addresses={"api": "http://stripe.sandbox"},
        http_client=stripe.RequestsClient(session=session),
        max_network_retries=retries,
    )


def in_minutes(clock: Clock, minutes: float) -> int:
    """A Unix second so far ahead."""
    return int(clock.now().timestamp() + 60 * minutes)


def a_checkout(**changes: Any) -> Any:
    """What asks for a session: two places at £420.00, and one thing more at £10.00."""
    return {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 2,
                "price_data": {
                    "currency": "gbp",
                    "unit_amount": 42_000,
                    "product_data": {"name": "Leading change: one place"},
                },
            },
            {
                "price_data": {"currency": "gbp", "unit_amount": 1_000, "product_data": {"name": "Book"}},
            },
        ],
        "success_url": f"{PUBLIC_URL}/paid?session={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{PUBLIC_URL}/not-paid",
        "client_reference_id": "booking_1",
        "customer_email": "ada@example.org",
        "metadata": {"booking": "booking_1"},
        "payment_intent_data": {"metadata": {"booking": "booking_1", "set": "set_1"}},
        **changes,
    }
