"""Webhooks as our payment gateway reads them: genuine ones by what they are about, all others refused."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import stripe

from api.sandbox.state import SandboxState
from api.sandbox.stripe.outcomes import Outcome, apply_outcome
from services.clock import Clock
from services.payments.errors import WebhookNotGenuine
from services.payments.gateway import ProviderEvent
from tests.contracts.stripe_checker import CheckedAdapter
from tests.contracts.stripe_gateways import WEBHOOK_SECRET, ScriptedAdapter, an_answer, an_order, gateway_through

GATEWAY = gateway_through(ScriptedAdapter(an_answer(500)))


def signature_of(body: bytes, *, secret: str = WEBHOOK_SECRET, age: timedelta = timedelta(0)) -> str:
    at = int((Clock.machine_now() - age).timestamp())
    header: str = stripe.WebhookSignature.generate_signature_header(body.decode(), secret, at)
    return header


def an_event(**changes: Any) -> bytes:
    event = {
        "id": "evt_1",
        "object": "event",
        "type": "checkout.session.completed",
        "livemode": False,
        "data": {"object": {"id": "cs_test_1", "object": "checkout.session"}},
    }
    return json.dumps({**event, **changes}).encode()


def test_a_genuine_webhook_says_what_it_is_about() -> None:
    body = an_event()
    told = GATEWAY.read_event(body, signature_of(body))
    assert told == ProviderEvent("evt_1", "checkout.session.completed", "cs_test_1")


def test_the_stand_ins_webhooks_are_read(transport: CheckedAdapter, state: SandboxState, clock: Clock) -> None:
    gateway = gateway_through(transport)
    request = gateway.checkout_request(an_order(clock.now() + timedelta(hours=1)))
    opened = gateway.open_checkout(request, "checkout:booking_01:1")
    apply_outcome(state, clock, opened.stripe_checkout_session_id, Outcome.SUCCEED)
    bodies = [bytes(row["body"]) for row in state.connection().execute("SELECT body FROM deliveries ORDER BY id")]
    told = [gateway.read_event(body, signature_of(body)) for body in bodies]
    assert (told[-1].type, told[-1].object_id) == ("checkout.session.completed", opened.stripe_checkout_session_id)


def test_two_secrets_hold_while_one_replaces_the_other() -> None:
    body = an_event()
    gateway = gateway_through(ScriptedAdapter(an_answer(500)), webhook_secrets=["whsec_old", "whsec_new"])
    for secret in ("whsec_old", "whsec_new"):
        assert gateway.read_event(body, signature_of(body, secret=secret)).id == "evt_1"


@pytest.mark.parametrize("webhook_secrets", [[], [""], ["whsec_other"]])
def test_without_the_right_secret_nothing_is_genuine(webhook_secrets: list[str]) -> None:
    body = an_event()
    gateway = gateway_through(ScriptedAdapter(an_answer(500)), webhook_secrets=webhook_secrets)
    with pytest.raises(WebhookNotGenuine):
        gateway.read_event(body, signature_of(body))


def test_a_body_that_was_changed_is_not_genuine() -> None:
    body = an_event()
    with pytest.raises(WebhookNotGenuine):
        GATEWAY.read_event(body.replace(b"cs_test_1", b"cs_test_2"), signature_of(body))


@pytest.mark.parametrize(
    "signature", ["", "t=1", "v1=abc", "t=x,v1=abc", ",,=", "t=1,v1=é", "t=99999999999999999999,v1=a"]
)
def test_a_header_that_is_no_signature_is_not_genuine(signature: str) -> None:
    with pytest.raises(WebhookNotGenuine):
        GATEWAY.read_event(an_event(), signature)


def test_an_old_webhook_is_not_genuine() -> None:
    body = an_event()
    GATEWAY.read_event(body, signature_of(body, age=timedelta(minutes=4)))
    with pytest.raises(WebhookNotGenuine):
        GATEWAY.read_event(body, signature_of(body, age=timedelta(minutes=6)))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not JSON",
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        b"[" * 100_000,
        an_event(data=None),
        an_event(data={}),
        an_event(livemode=None),
        an_event(object="v2.core.event"),
    ],
    ids=lambda body: body[:20].decode(),
)
def test_a_signed_body_that_is_no_event_is_not_genuine(body: bytes) -> None:
    with pytest.raises(WebhookNotGenuine):
        GATEWAY.read_event(body, signature_of(body))


def test_bytes_that_are_no_text_are_not_genuine() -> None:
    with pytest.raises(WebhookNotGenuine):
        GATEWAY.read_event(b"\xff\xfe", signature_of(b"{}"))


def test_a_live_webhook_is_not_genuine_to_a_test_key() -> None:
    """S22."""
    body = an_event(livemode=True)
    with pytest.raises(WebhookNotGenuine):
        GATEWAY.read_event(body, signature_of(body))


def test_an_event_about_something_without_an_id_is_genuine() -> None:
    body = an_event(type="balance.available", data={"object": {"object": "balance"}})
    assert GATEWAY.read_event(body, signature_of(body)) == ProviderEvent("evt_1", "balance.available", "")
