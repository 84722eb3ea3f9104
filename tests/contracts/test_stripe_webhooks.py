"""The webhooks of Stripe's stand-in, verified by Stripe's own client library."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest
import requests
import stripe
from werkzeug.wrappers import Request, Response

from api.sandbox.faults import ConnectionCut, Fault, Service, set_fault
from api.sandbox.state import SandboxState
from api.sandbox.stripe.delivery import BACK_OFF_SECONDS, LATE_SECONDS, deliver_due
from api.sandbox.stripe.outcomes import Outcome, apply_outcome
from api.sandbox.transport import WSGIAdapter
from services.clock import Clock
from tests.contracts.stripe_checker import object_faults
from tests.contracts.stripe_client import a_checkout
from tests.offset import FakeOffset

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

URL = "http://setlist.test/webhooks/stripe"
SECRET = "whsec_sandbox"


class Receiver:
    """An endpoint that verifies what it is sent, and answers with the status that it is told to."""

    def __init__(self) -> None:
        self.status = 200
        self.is_away = False
        self.events: list[stripe.Event] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self.is_away:
            raise ConnectionCut("nobody listens")
        request = Request(environ)
        signature = request.headers["Stripe-Signature"]
        event = stripe.Webhook.construct_event(request.get_data(), signature, SECRET)
        self.events.append(event)
        return Response(status=self.status)(environ, start_response)

    def types(self) -> list[str]:
        return [event.type for event in self.events]


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


class Courier:
    """Delivers what is due to the receiver."""

    def __init__(self, state: SandboxState, clock: Clock, receiver: Receiver) -> None:
        self._state, self._clock = state, clock
        self._session = requests.Session()
        self._session.mount("http://setlist.test/", WSGIAdapter(receiver))

    def deliver(self) -> int:
        return deliver_due(self._state, self._clock, url=URL, secret=SECRET, post=self._session.post)


@pytest.fixture
def courier(state: SandboxState, clock: Clock, receiver: Receiver) -> Courier:
    return Courier(state, clock, receiver)


@pytest.fixture
def paid(client: stripe.StripeClient, state: SandboxState, clock: Clock) -> str:
    """The id of a session that was paid: three events."""
    session = client.v1.checkout.sessions.create(a_checkout())
    apply_outcome(state, clock, session.id, Outcome.SUCCEED)
    return session.id


def test_every_event_is_delivered_once_signed_and_in_order(
    courier: Courier, receiver: Receiver, client: stripe.StripeClient, paid: str
) -> None:
    assert courier.deliver() == 3
    assert receiver.types() == ["payment_intent.succeeded", "charge.succeeded", "checkout.session.completed"]
    told = receiver.events[-1]
    assert told.data.object["id"] == paid
    assert told.api_version == stripe.api_version
    assert object_faults(told.to_dict()) == []
    assert courier.deliver() == 0
    assert client.v1.events.list({"delivery_success": False}).data == []
    assert len(client.v1.events.list({"delivery_success": True}).data) == 3


def test_signatures_bear_the_machines_time_wherever_the_clock_was_moved(
    courier: Courier, offset: FakeOffset, client: stripe.StripeClient, state: SandboxState, clock: Clock
) -> None:
    offset.move(days=30)
    session = client.v1.checkout.sessions.create(a_checkout())
    apply_outcome(state, clock, session.id, Outcome.ABANDON)
    offset.move(days=-60)
    assert courier.deliver() == 1


@pytest.mark.usefixtures("paid")
def test_a_refused_webhook_comes_again_later_and_later_until_it_is_given_up(
    courier: Courier, receiver: Receiver, client: stripe.StripeClient, offset: FakeOffset
) -> None:
    receiver.status = 500
    assert courier.deliver() == 0
    for seconds in BACK_OFF_SECONDS:
        assert courier.deliver() == 0
        offset.move(seconds=seconds)
        assert courier.deliver() == 0
    assert len(receiver.events) == 3 * (1 + len(BACK_OFF_SECONDS))
    offset.move(days=30)
    receiver.status = 200
    assert courier.deliver() == 0
    assert len(client.v1.events.list({"delivery_success": False}).data) == 3


@pytest.mark.usefixtures("paid")
def test_a_webhook_reaches_an_endpoint_that_comes_back(
    courier: Courier, receiver: Receiver, offset: FakeOffset
) -> None:
    receiver.is_away = True
    assert courier.deliver() == 0
    receiver.is_away = False
    offset.move(seconds=BACK_OFF_SECONDS[0])
    assert courier.deliver() == 3
    assert len(receiver.events) == 3


@pytest.mark.usefixtures("paid")
def test_a_webhook_may_be_lost_and_then_shows_as_not_delivered(
    courier: Courier, receiver: Receiver, client: stripe.StripeClient, state: SandboxState, offset: FakeOffset
) -> None:
    set_fault(state, Service.STRIPE, Fault.LOSE_WEBHOOK, 1)
    assert courier.deliver() == 2
    offset.move(days=1)
    assert courier.deliver() == 0
    assert receiver.types() == ["charge.succeeded", "checkout.session.completed"]
    missed = client.v1.events.list({"delivery_success": False}).data
    assert [event.type for event in missed] == ["payment_intent.succeeded"]


@pytest.mark.usefixtures("paid")
def test_a_webhook_may_come_twice(courier: Courier, receiver: Receiver, state: SandboxState) -> None:
    set_fault(state, Service.STRIPE, Fault.DUPLICATE_WEBHOOK, 1)
    assert courier.deliver() == 3
    assert receiver.events[0].id == receiver.events[1].id
    assert len(receiver.events) == 4


@pytest.mark.usefixtures("paid")
def test_a_webhook_may_come_late(courier: Courier, receiver: Receiver, state: SandboxState, offset: FakeOffset) -> None:
    set_fault(state, Service.STRIPE, Fault.LATE_WEBHOOK, 1)
    assert courier.deliver() == 2
    assert courier.deliver() == 0
    offset.move(seconds=LATE_SECONDS)
    assert courier.deliver() == 1
    assert receiver.types() == ["charge.succeeded", "checkout.session.completed", "payment_intent.succeeded"]


@pytest.mark.usefixtures("paid")
def test_webhooks_may_come_in_another_order(courier: Courier, receiver: Receiver, state: SandboxState) -> None:
    set_fault(state, Service.STRIPE, Fault.REORDER_WEBHOOKS, 1)
    assert courier.deliver() == 3
    assert receiver.types() == ["checkout.session.completed", "charge.succeeded", "payment_intent.succeeded"]


def test_there_is_no_other_order_while_a_single_webhook_is_due(
    courier: Courier, receiver: Receiver, client: stripe.StripeClient, state: SandboxState, clock: Clock
) -> None:
    set_fault(state, Service.STRIPE, Fault.REORDER_WEBHOOKS, 1)
    for outcome in (Outcome.ABANDON, Outcome.SUCCEED):
        apply_outcome(state, clock, client.v1.checkout.sessions.create(a_checkout()).id, outcome)
        courier.deliver()
    assert receiver.types()[:2] == ["checkout.session.expired", "checkout.session.completed"]
