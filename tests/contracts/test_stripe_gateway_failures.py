"""Our payment gateway when Stripe fails: every failure becomes one of ours, and none of them tells a secret."""

from __future__ import annotations

import http.client
import inspect
import logging
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import stripe
import structlog
import urllib3.exceptions
from stripe import oauth_error

from services.errors import DomainError
from services.money import Money
from services.payments.errors import KeyNotAccepted, PaymentsRefused, PaymentsUnavailable
from services.payments.gateway import ChargeTaken, Patience
from services.payments.stripe_gateway import StripeGateway, translating
from tests.contracts.stripe_client import SECRET_KEY
from tests.contracts.stripe_gateways import ScriptedAdapter, an_answer, an_order, gateway_through

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHARGE = ChargeTaken("pi_1", "ch_1", Money(84_000, "GBP"), NOW)
ADDRESS = "ada.obi@example.org"

CALLS: dict[str, Callable[[StripeGateway], object]] = {
    "open_checkout": lambda gateway: gateway.open_checkout(gateway.checkout_request(an_order(NOW)), "checkout:1:1"),
    "get_checkout": lambda gateway: gateway.get_checkout("cs_test_1"),
    "find_checkout": lambda gateway: gateway.find_checkout("booking_01", 1, NOW),
    "expire_checkout": lambda gateway: gateway.expire_checkout("cs_test_1"),
    "refund": lambda gateway: gateway.refund(CHARGE, CHARGE.amount, "refund_01", "refund:refund_01"),
    "find_refund": lambda gateway: gateway.find_refund("pi_1", "refund_01"),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())


@pytest.fixture(autouse=True)
def no_waiting_between_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's own pauses, which its requests make of this constant."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0)


def classes_below(parent: type[Exception]) -> Iterator[type[Exception]]:
    for child in parent.__subclasses__():
        yield child
        yield from classes_below(child)


def an_instance(kind: type[Exception]) -> Exception:
    """One of its kind, with something in every place that must be filled: personal, in its text."""
    needed = [
        parameter.name
        for parameter in inspect.signature(kind).parameters.values()
        if parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    return kind(*[f"about {ADDRESS}" if name == "message" else name for name in needed])


def an_error(status: int, **told: str) -> requests.Response:
    quoted = ", ".join(f'"{name}": "{value}"' for name, value in told.items())
    return an_answer(status, f'{{"error": {{{quoted}}}}}'.encode())


ABOUT_THE_KEY = {stripe.AuthenticationError, stripe.PermissionError}
REFUSED_FOR_GOOD = {stripe.InvalidRequestError, stripe.IdempotencyError, stripe.CardError}
LIBRARY_ERRORS: list[type[Exception]] = [stripe.StripeError, *dict.fromkeys(classes_below(stripe.StripeError))]


@pytest.mark.parametrize("kind", LIBRARY_ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_of_the_library_becomes_one_of_ours(kind: type[Exception]) -> None:
    expected = PaymentsRefused if kind in REFUSED_FOR_GOOD else PaymentsUnavailable
    expected = KeyNotAccepted if kind in ABOUT_THE_KEY else expected
    with pytest.raises(DomainError) as raised, translating():
        raise an_instance(kind)
    assert type(raised.value) is expected
    assert ADDRESS not in "".join(traceback.format_exception(raised.value))


def test_the_walk_meets_the_errors_that_the_library_is_known_for() -> None:
    known = {stripe.APIConnectionError, stripe.RateLimitError, *ABOUT_THE_KEY}
    assert known | REFUSED_FOR_GOOD < set(LIBRARY_ERRORS)
    assert oauth_error.InvalidGrantError in LIBRARY_ERRORS


TRANSPORT_ERRORS: list[Exception] = [
    *(
        an_instance(kind)
        for kind in classes_below(requests.RequestException)
        if kind is not requests.exceptions.JSONDecodeError
    ),
    requests.exceptions.JSONDecodeError("no JSON", "", 0),
    urllib3.exceptions.ProtocolError("broken"),
    http.client.IncompleteRead(b""),
    OSError("no route"),
    TimeoutError("slow"),
    ValueError("odd"),
    RuntimeError("odd"),
]


@pytest.mark.parametrize("error", TRANSPORT_ERRORS, ids=lambda error: type(error).__name__)
def test_whatever_the_transport_raises_stripe_counts_as_unavailable(error: Exception) -> None:
    with pytest.raises(PaymentsUnavailable):
        gateway_through(ScriptedAdapter(error)).get_checkout("cs_test_1")


BROKEN_BODIES = [b"", b"<html>", b"\xff\xfe", b"null", b"[]", b'"text"', b"7", b"{}", b'{"id": "cs_1"}', b'{"data": 1}']


@every_call
@pytest.mark.parametrize("body", BROKEN_BODIES)
@pytest.mark.parametrize("status", [200, 400, 503])
def test_a_broken_body_is_no_answer(call: Callable[[StripeGateway], object], body: bytes, status: int) -> None:
    with pytest.raises(PaymentsUnavailable):
        call(gateway_through(ScriptedAdapter(an_answer(status, body))))


@every_call
def test_no_call_lets_a_dropped_connection_through(call: Callable[[StripeGateway], object]) -> None:
    with pytest.raises(PaymentsUnavailable):
        call(gateway_through(ScriptedAdapter(requests.ConnectionError("dropped"))))


@pytest.mark.parametrize("status", [401, 403, 409, 429, 500, 502, 503])
def test_what_may_be_mended_is_unavailable(status: int) -> None:
    """A wrong key too: an operator mends it, and no booking may be lost in the meantime."""
    with pytest.raises(PaymentsUnavailable) as raised:
        gateway_through(ScriptedAdapter(an_error(status, type="api_error"))).get_checkout("cs_test_1")
    assert raised.value.retry_after is None


@pytest.mark.parametrize(
    ("status", "told", "reason"),
    [
        (400, {"type": "invalid_request_error", "code": "parameter_missing"}, "parameter_missing"),
        (400, {"type": "invalid_request_error"}, "InvalidRequestError"),
        (400, {"type": "idempotency_error"}, "IdempotencyError"),
        (402, {"type": "card_error", "code": "card_declined"}, "card_declined"),
        (404, {"type": "invalid_request_error", "code": "resource_missing"}, "resource_missing"),
    ],
)
def test_what_stripe_will_never_do_is_refused_with_its_reason(status: int, told: dict[str, str], reason: str) -> None:
    with pytest.raises(PaymentsRefused) as raised:
        gateway_through(ScriptedAdapter(an_error(status, **told))).get_checkout("cs_test_1")
    assert raised.value.reason == reason


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("said", "seconds"), [("7", 7.0), ("soon", None), ("-1", None), ("", None)])
def test_stripe_says_when_to_ask_again(status: int, said: str, seconds: float | None) -> None:
    answer = an_error(status, type="api_error", message="Slow down.")
    answer.headers["Retry-After"] = said
    with pytest.raises(PaymentsUnavailable) as raised:
        gateway_through(ScriptedAdapter(answer)).get_checkout("cs_test_1")
    assert raised.value.retry_after == seconds


@pytest.mark.parametrize(
    ("patience", "attempts", "timeout"), [(Patience.WEB, 1, (3.05, 8)), (Patience.WORKER, 3, (3.05, 20))]
)
@pytest.mark.parametrize("answer", [an_error(500, type="api_error"), requests.ReadTimeout("slow")])
def test_a_visitor_waits_for_one_attempt_and_the_worker_for_three(
    patience: Patience, attempts: int, timeout: tuple[float, float], answer: requests.Response | Exception
) -> None:
    adapter = ScriptedAdapter(answer)
    gateway = gateway_through(adapter, patience=patience)
    with pytest.raises(PaymentsUnavailable):
        gateway.open_checkout(gateway.checkout_request(an_order(NOW)), "checkout:booking_01:1")
    assert adapter.timeouts == [timeout] * attempts
    assert {request.headers["Idempotency-Key"] for request in adapter.requests} == {"checkout:booking_01:1"}


def test_requests_carry_no_telemetry() -> None:
    adapter = ScriptedAdapter(an_answer(500, Request_Id="req_1"))
    gateway = gateway_through(adapter)
    for _ in range(2):
        with pytest.raises(PaymentsUnavailable):
            gateway.get_checkout("cs_test_1")
    assert not any("X-Stripe-Client-Telemetry" in request.headers for request in adapter.requests)


def test_a_failure_is_logged_with_what_an_operator_needs_and_nothing_personal(
    caplog: pytest.LogCaptureFixture,
) -> None:
    refusal = an_error(400, type="invalid_request_error", code="email_invalid", message=f"Invalid: {ADDRESS}")
    refusal.headers["Request-Id"] = "req_1"
    gateway = gateway_through(ScriptedAdapter(refusal))
    with (
        caplog.at_level(logging.DEBUG),
        structlog.testing.capture_logs() as lines,
        pytest.raises(PaymentsRefused) as raised,
    ):
        gateway.open_checkout(gateway.checkout_request(an_order(NOW)), "checkout:booking_01:1")
    told: list[Any] = [lines, caplog.text, traceback.format_exception(raised.value)]
    assert lines == [
        {
            "event": "stripe_failed",
            "log_level": "warning",
            "error": "InvalidRequestError",
            "status": 400,
            "code": "email_invalid",
            "stripe_request_id": "req_1",
        }
    ]
    assert ADDRESS not in str(told)
    assert SECRET_KEY not in str(told)


def test_a_broken_connection_is_logged_by_what_broke_it() -> None:
    with structlog.testing.capture_logs() as lines, pytest.raises(PaymentsUnavailable):
        gateway_through(ScriptedAdapter(requests.exceptions.SSLError("no trust"))).get_checkout("cs_test_1")
    assert [line["error"] for line in lines] == ["SSLError"]
