"""The Stripe stand-in's payers, refunds and events, seen through Stripe's own client library."""

from __future__ import annotations

import pytest
import stripe

from api.sandbox.state import SandboxState
from api.sandbox.stripe.outcomes import MOVES, Outcome, OutcomeRefused, SessionUnknown, Stage, apply_outcome
from services.clock import Clock
from tests.contracts.stripe_checker import object_faults
from tests.contracts.stripe_client import a_checkout
from tests.offset import FakeOffset

WAYS = {
    Stage.OPEN: (),
    Stage.PROCESSING: (Outcome.DELAY,),
    Stage.PAID: (Outcome.SUCCEED,),
    Stage.FAILED: (Outcome.DELAY, Outcome.DECLINE),
    Stage.EXPIRED: (Outcome.ABANDON,),
}
"""What a payer does to come to each stage."""


class Payer:
    """Opens a session with the client and acts on it."""

    def __init__(self, client: stripe.StripeClient, state: SandboxState, clock: Clock) -> None:
        self._client, self._state, self._clock = client, state, clock
        self.session_id = client.v1.checkout.sessions.create(a_checkout()).id

    def act(self, *outcomes: Outcome) -> stripe.checkout.Session:
        for outcome in outcomes:
            apply_outcome(self._state, self._clock, self.session_id, outcome)
        return self._client.v1.checkout.sessions.retrieve(self.session_id, {"expand": ["payment_intent.latest_charge"]})

    def events(self) -> list[str]:
        """Types, oldest first."""
        return [event.type for event in reversed(self._client.v1.events.list({"limit": 100}).data)]


@pytest.fixture
def payer(client: stripe.StripeClient, state: SandboxState, clock: Clock) -> Payer:
    return Payer(client, state, clock)


def intent_of(session: stripe.checkout.Session) -> stripe.PaymentIntent:
    assert isinstance(session.payment_intent, stripe.PaymentIntent)
    return session.payment_intent


def charge_of(session: stripe.checkout.Session) -> stripe.Charge:
    charge = intent_of(session).latest_charge
    assert isinstance(charge, stripe.Charge)
    return charge


def test_a_payment_that_succeeds_completes_the_session(payer: Payer, client: stripe.StripeClient) -> None:
    session = payer.act(Outcome.SUCCEED)
    intent, charge = intent_of(session), charge_of(session)
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    assert (intent.status, intent.amount_received) == ("succeeded", 85_000)
    assert (charge.status, charge.paid, charge.amount, charge.payment_intent) == ("succeeded", True, 85_000, intent.id)
    assert str(charge.balance_transaction).startswith("txn_")
    assert intent.metadata.to_dict() == charge.metadata.to_dict() == {"booking": "booking_1", "set": "set_1"}
    assert payer.events() == ["payment_intent.succeeded", "charge.succeeded", "checkout.session.completed"]
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"
    assert client.v1.charges.retrieve(charge.id).amount == 85_000
    listed = client.v1.checkout.sessions.list({"payment_intent": intent.id, "expand": ["data.payment_intent"]}).data
    assert [(found.id, intent_of(found).id) for found in listed] == [(session.id, intent.id)]


def test_a_declined_payment_leaves_the_session_open_for_another(payer: Payer) -> None:
    session = payer.act(Outcome.DECLINE)
    intent = intent_of(session)
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.code == "card_declined"
    assert payer.events() == ["payment_intent.payment_failed"]
    paid = payer.act(Outcome.SUCCEED)
    assert intent_of(paid).id == intent.id
    assert (paid.payment_status, intent_of(paid).last_payment_error) == ("paid", None)


def test_a_slow_payment_completes_the_session_unpaid_and_arrives_later(payer: Payer) -> None:
    session = payer.act(Outcome.DELAY)
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    assert intent_of(session).status == "processing"
    pending = charge_of(session)
    assert (pending.status, pending.paid, pending.balance_transaction) == ("pending", False, None)
    assert payer.events() == ["charge.pending", "payment_intent.processing", "checkout.session.completed"]
    session = payer.act(Outcome.SUCCEED)
    arrived = charge_of(session)
    assert (session.payment_status, arrived.id, arrived.status) == ("paid", pending.id, "succeeded")
    assert payer.events()[-1] == "checkout.session.async_payment_succeeded"


def test_a_slow_payment_can_fail(payer: Payer) -> None:
    session = payer.act(Outcome.DELAY, Outcome.DECLINE)
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    assert (intent_of(session).status, charge_of(session).status) == ("requires_payment_method", "failed")
    assert payer.events()[-3:] == [
        "charge.failed",
        "payment_intent.payment_failed",
        "checkout.session.async_payment_failed",
    ]


def test_a_payer_who_gives_up_expires_the_session_and_its_intent(payer: Payer) -> None:
    session = payer.act(Outcome.DECLINE, Outcome.ABANDON)
    assert session.status == "expired"
    assert intent_of(session).status == "canceled"
    assert payer.events()[-2:] == ["payment_intent.canceled", "checkout.session.expired"]


@pytest.mark.parametrize(
    ("stage", "outcome"),
    [(stage, outcome) for stage in Stage for outcome in Outcome if (stage, outcome) not in MOVES],
)
def test_what_a_stage_does_not_offer_is_refused_and_changes_nothing(
    payer: Payer, stage: Stage, outcome: Outcome
) -> None:
    before = payer.act(*WAYS[stage])
    told = payer.events()
    with pytest.raises(OutcomeRefused) as refused:
        payer.act(outcome)
    assert refused.value.facts() == {"outcome": outcome.value, "stage": stage.value}
    assert payer.act().to_dict() == before.to_dict()
    assert payer.events() == told


def test_a_payer_who_comes_after_the_time_finds_the_session_expired(payer: Payer, offset: FakeOffset) -> None:
    offset.move(hours=24)
    with pytest.raises(OutcomeRefused):
        payer.act(Outcome.SUCCEED)
    assert payer.events() == ["checkout.session.expired"]


def test_nobody_can_act_on_a_session_that_is_not_there(state: SandboxState, clock: Clock) -> None:
    with pytest.raises(SessionUnknown):
        apply_outcome(state, clock, "cs_test_nothing", Outcome.SUCCEED)


def test_refunds_give_back_up_to_what_was_paid(payer: Payer, client: stripe.StripeClient) -> None:
    intent = intent_of(payer.act(Outcome.SUCCEED))
    part = client.v1.refunds.create(
        {"payment_intent": intent.id, "amount": 5_000, "metadata": {"refund": "refund_1"}},
        {"idempotency_key": "refund:refund_1"},
    )
    assert (part.status, part.amount, part.payment_intent) == ("succeeded", 5_000, intent.id)
    assert str(part.balance_transaction).startswith("txn_")
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount") as refused:
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 80_001})
    assert refused.value.param == "amount"
    charge_id = str(intent_of(payer.act()).latest_charge.id)  # type: ignore[union-attr]
    rest = client.v1.refunds.create({"charge": charge_id, "reason": "requested_by_customer"})
    assert rest.amount == 80_000
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent.id})
    assert refused.value.code == "charge_already_refunded"
    charge = client.v1.charges.retrieve(charge_id)
    assert (charge.amount_refunded, charge.refunded) == (85_000, True)
    assert [refund.id for refund in client.v1.refunds.list({"payment_intent": intent.id}).data] == [rest.id, part.id]
    assert client.v1.refunds.list({"charge": "ch_another"}).data == []
    again = client.v1.refunds.retrieve(part.id, {"expand": ["charge"]})
    assert isinstance(again.charge, stripe.Charge)
    assert payer.events()[-4:] == ["refund.created", "charge.refunded"] * 2


def test_a_refund_names_a_payment_that_succeeded(payer: Payer, client: stripe.StripeClient) -> None:
    intent = intent_of(payer.act(Outcome.DELAY))
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        client.v1.refunds.create({"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError, match="payment_intent or charge"):
        client.v1.refunds.create()
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": "pi_nothing"})
    assert refused.value.code == "resource_missing"


def test_a_refusal_after_the_look_at_the_charge_is_what_the_key_remembers(
    payer: Payer, client: stripe.StripeClient
) -> None:
    intent = intent_of(payer.act(Outcome.SUCCEED))
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.refunds.create({"payment_intent": intent.id, "amount": 99_999}, {"idempotency_key": "r"})
    assert refused.value.headers is not None
    assert refused.value.headers["Idempotent-Replayed"] == "true"


def test_events_are_listed_by_kind_time_and_delivery(
    payer: Payer, client: stripe.StripeClient, offset: FakeOffset
) -> None:
    payer.act(Outcome.DECLINE)
    offset.move(minutes=5)
    payer.act(Outcome.SUCCEED)
    events = client.v1.events.list().data
    newest = client.v1.events.retrieve(events[0].id)
    assert newest.type == "checkout.session.completed"
    assert newest.api_version == stripe.api_version
    of_intents = client.v1.events.list({"type": "payment_intent.*"}).data
    assert [event.type for event in of_intents] == ["payment_intent.succeeded", "payment_intent.payment_failed"]
    assert len(client.v1.events.list({"types": ["charge.succeeded"]}).data) == 1
    assert len(client.v1.events.list({"created": {"lt": newest.created}}).data) == 1
    assert len(client.v1.events.list({"delivery_success": False}).data) == 4
    assert client.v1.events.list({"delivery_success": True}).data == []
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.events.list({"type": "charge.succeeded", "types": ["charge.succeeded"]})


def test_every_object_that_an_event_carries_has_stripes_shape(payer: Payer, state: SandboxState) -> None:
    payer.act(Outcome.DECLINE, Outcome.DELAY, Outcome.SUCCEED)
    told = [event["data"]["object"] for event in state.list("event")]
    assert {document["object"] for document in told} == {"checkout.session", "payment_intent", "charge"}
    assert [fault for document in told for fault in object_faults(document)] == []
