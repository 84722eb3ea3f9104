"""Stripe's stand-in when something goes wrong, as Stripe's own client library sees it."""

from __future__ import annotations

import pytest
import stripe

from api.sandbox.faults import Fault, Service, set_fault
from api.sandbox.state import SandboxState
from tests.contracts.stripe_checker import CheckedAdapter
from tests.contracts.stripe_client import a_checkout, client_through

KEY: stripe.RequestOptions = {"idempotency_key": "checkout:1:1"}


def test_a_server_error_is_what_the_key_remembers(client: stripe.StripeClient, state: SandboxState) -> None:
    set_fault(state, Service.STRIPE, Fault.ERROR_500, 1)
    for _ in range(2):
        with pytest.raises(stripe.APIError) as failed:
            client.v1.checkout.sessions.create(a_checkout(), KEY)
        assert failed.value.http_status == 500
    assert client.v1.checkout.sessions.list().data == []
    assert client.v1.checkout.sessions.create(a_checkout(), {"idempotency_key": "checkout:1:2"}).status == "open"


def test_a_library_that_tries_again_is_told_not_to_where_the_key_remembers(
    transport: CheckedAdapter, state: SandboxState
) -> None:
    set_fault(state, Service.STRIPE, Fault.ERROR_500, 2)
    patient = client_through(transport, retries=1)
    with pytest.raises(stripe.APIError):
        patient.v1.checkout.sessions.create(a_checkout(), KEY)
    assert patient.v1.checkout.sessions.list().data == []


def test_a_rate_limit_comes_before_the_key_is_looked_at(client: stripe.StripeClient, state: SandboxState) -> None:
    set_fault(state, Service.STRIPE, Fault.RATE_LIMIT, 1)
    with pytest.raises(stripe.RateLimitError):
        client.v1.checkout.sessions.create(a_checkout(), KEY)
    assert client.v1.checkout.sessions.create(a_checkout(), KEY).status == "open"


def test_a_dropped_connection_changes_nothing(client: stripe.StripeClient, state: SandboxState) -> None:
    set_fault(state, Service.STRIPE, Fault.DROP, 1)
    with pytest.raises(stripe.APIConnectionError):
        client.v1.checkout.sessions.create(a_checkout(), KEY)
    assert client.v1.checkout.sessions.list().data == []


def test_an_answer_that_never_came_is_had_again_with_the_key(client: stripe.StripeClient, state: SandboxState) -> None:
    set_fault(state, Service.STRIPE, Fault.APPLY_THEN_HANG, 1)
    with pytest.raises(stripe.APIConnectionError, match="ReadTimeout"):
        client.v1.checkout.sessions.create(a_checkout(), KEY)
    made = client.v1.checkout.sessions.list().data
    assert [session.id for session in made] == [client.v1.checkout.sessions.create(a_checkout(), KEY).id]


def test_it_is_down_until_it_is_up_again(client: stripe.StripeClient, state: SandboxState) -> None:
    set_fault(state, Service.STRIPE, Fault.DOWN, 1)
    for _ in range(3):
        with pytest.raises(stripe.APIConnectionError):
            client.v1.checkout.sessions.list()
    set_fault(state, Service.STRIPE, Fault.DOWN, 0)
    assert client.v1.checkout.sessions.list().data == []
