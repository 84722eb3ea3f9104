"""Our payment gateway against the stand-in: what it asks of Stripe, and how it reads the answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import requests

from api.sandbox.faults import Fault, Service, set_fault
from api.sandbox.state import SandboxState
from api.sandbox.stripe.outcomes import Outcome, apply_outcome
from api.sandbox.transport import WSGIAdapter
from services.clock import Clock
from services.money import Money
from services.payments.errors import PaymentsRefused, PaymentsUnavailable
from services.payments.gateway import (
    ChargeTaken,
    CheckoutState,
    Patience,
    PaymentGateway,
    Progress,
    RefundProgress,
    SessionStatus,
)
from services.payments.stripe_gateway import StripeGateway
from tests.contracts.stripe_checker import CheckedAdapter
from tests.contracts.stripe_gateways import STRIPE_URL, ScriptedAdapter, an_answer, an_order, gateway_through
from tests.offset import FakeOffset

PRICE = Money(84_000, "GBP")

Pay = Callable[[CheckoutState, Outcome], CheckoutState]


@pytest.fixture
def gateway(transport: CheckedAdapter) -> PaymentGateway:
    return gateway_through(transport)


@pytest.fixture
def opened(gateway: PaymentGateway, clock: Clock) -> CheckoutState:
    return open_one(gateway, clock)


@pytest.fixture
def pay(gateway: PaymentGateway, state: SandboxState, clock: Clock) -> Pay:
    """Has the payer do something, and reads the session again."""

    def after(checkout: CheckoutState, outcome: Outcome) -> CheckoutState:
        apply_outcome(state, clock, checkout.stripe_checkout_session_id, outcome)
        return gateway.get_checkout(checkout.stripe_checkout_session_id)

    return after


@pytest.fixture
def charge(opened: CheckoutState, pay: Pay) -> ChargeTaken:
    taken = pay(opened, Outcome.SUCCEED).charge
    assert taken is not None
    return taken


def in_an_hour(clock: Clock) -> datetime:
    return clock.now() + timedelta(hours=1)


def open_one(gateway: PaymentGateway, clock: Clock, *, attempt: int = 1) -> CheckoutState:
    request = gateway.checkout_request(an_order(in_an_hour(clock), attempt=attempt))
    return gateway.open_checkout(request, f"checkout:booking_01:{attempt}")


def test_a_request_says_all_that_stripe_is_asked_and_survives_being_stored(gateway: PaymentGateway) -> None:
    order = an_order(datetime(2026, 3, 1, 12, tzinfo=UTC))
    metadata = {"set": "set_01", "nominal": "4000", "booking": "booking_01", "attempt": "1"}
    request = gateway.checkout_request(order)
    assert request == {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "line_items": [
            {
                "price_data": {
                    "currency": "gbp",
                    "unit_amount": 42_000,
                    "product_data": {"name": "Leading change: one place"},
                },
                "quantity": 2,
            }
        ],
        "adaptive_pricing": {"enabled": False},
        "client_reference_id": "booking_01",
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "success_url": "http://setlist.test/bookings/t/token",
        "cancel_url": "http://setlist.test/bookings/t/token?left",
        "expires_at": 1_772_366_400,
    }
    assert json.loads(json.dumps(request)) == request == gateway.checkout_request(order)


def test_a_checkout_opens_unpaid_with_a_page_to_pay_on(gateway: PaymentGateway, clock: Clock) -> None:
    order = an_order(in_an_hour(clock))
    opened = gateway.open_checkout(gateway.checkout_request(order), "checkout:booking_01:1")
    assert opened.url is not None
    assert opened.stripe_checkout_session_id in opened.url
    assert (opened.status, opened.progress, opened.charge) == (SessionStatus.OPEN, Progress.UNPAID, None)
    assert opened.expires_at == order.expires_at.replace(microsecond=0)
    assert opened.metadata == {"set": "set_01", "nominal": "4000", "booking": "booking_01", "attempt": "1"}
    assert gateway.get_checkout(opened.stripe_checkout_session_id) == opened


def test_a_request_whose_answer_was_lost_finds_the_same_session(
    gateway: PaymentGateway, state: SandboxState, clock: Clock
) -> None:
    request = gateway.checkout_request(an_order(in_an_hour(clock)))
    set_fault(state, Service.STRIPE, Fault.APPLY_THEN_HANG, 1)
    with pytest.raises(PaymentsUnavailable):
        gateway.open_checkout(request, "checkout:booking_01:1")
    found = gateway.find_checkout("booking_01", 1, clock.now())
    assert gateway.open_checkout(request, "checkout:booking_01:1") == found


def test_an_idempotency_key_is_not_used_for_another_request(gateway: PaymentGateway, opened: CheckoutState) -> None:
    request = gateway.checkout_request(an_order(opened.expires_at, places=3))
    with pytest.raises(PaymentsRefused) as refused:
        gateway.open_checkout(request, "checkout:booking_01:1")
    assert refused.value.reason == "IdempotencyError"


@pytest.mark.parametrize("payment_status", ["paid", "no_payment_required"])
def test_a_session_that_asks_for_no_payment_is_read_as_nobodys_money(
    gateway: PaymentGateway, opened: CheckoutState, state: SandboxState, payment_status: str
) -> None:
    """A subscription in the same Stripe account, say: its session has no payment intent."""
    session = state.find("checkout.session", opened.stripe_checkout_session_id)
    assert session is not None
    changed = {"status": "complete", "payment_status": payment_status, "payment_intent": None}
    state.put("checkout.session", session["id"], session | changed)
    read = gateway.get_checkout(session["id"])
    assert (read.progress, read.charge) == (Progress.UNPAID, None)


def test_a_paid_checkout_shows_what_was_taken(opened: CheckoutState, pay: Pay, clock: Clock) -> None:
    before = clock.now().replace(microsecond=0)
    paid = pay(opened, Outcome.SUCCEED)
    assert (paid.status, paid.progress) == (SessionStatus.COMPLETE, Progress.PAID)
    assert paid.charge is not None
    assert paid.charge.stripe_payment_intent_id.startswith("pi_")
    assert str(paid.charge.stripe_charge_id).startswith("ch_")
    assert paid.charge.amount == PRICE
    assert before <= paid.charge.paid_at <= clock.now()


@pytest.mark.parametrize(
    ("outcome", "status", "progress"),
    [
        (Outcome.DECLINE, SessionStatus.OPEN, Progress.UNPAID),
        (Outcome.ABANDON, SessionStatus.EXPIRED, Progress.UNPAID),
        (Outcome.DELAY, SessionStatus.COMPLETE, Progress.PENDING),
    ],
)
def test_a_checkout_that_brought_no_money_yet_says_why(
    opened: CheckoutState, pay: Pay, outcome: Outcome, status: SessionStatus, progress: Progress
) -> None:
    after = pay(opened, outcome)
    assert (after.status, after.progress, after.charge) == (status, progress, None)


@pytest.mark.parametrize(
    ("outcome", "progress"), [(Outcome.SUCCEED, Progress.PAID), (Outcome.DECLINE, Progress.FAILED)]
)
def test_a_delayed_payment_arrives_or_fails(
    opened: CheckoutState, pay: Pay, outcome: Outcome, progress: Progress
) -> None:
    pay(opened, Outcome.DELAY)
    assert pay(opened, outcome).progress is progress


def test_a_checkout_is_found_by_booking_and_attempt(gateway: PaymentGateway, clock: Clock) -> None:
    started = clock.now()
    second = open_one(gateway, clock, attempt=2)
    open_one(gateway, clock, attempt=3)
    assert gateway.find_checkout("booking_01", 2, started) == second
    assert gateway.find_checkout("booking_01", 1, started) is None
    assert gateway.find_checkout("booking_02", 2, started) is None


def test_a_checkout_is_found_beyond_the_first_page_and_with_its_charge(
    transport: CheckedAdapter, opened: CheckoutState, pay: Pay, clock: Clock
) -> None:
    pay(opened, Outcome.SUCCEED)
    gateway = gateway_through(WSGIAdapter(transport.app))  # unchecked: the contract takes its time over a hundred
    for attempt in range(2, 103):
        open_one(gateway, clock, attempt=attempt)
    found = gateway.find_checkout("booking_01", 1, clock.now())
    assert found is not None
    assert (found.stripe_checkout_session_id, found.progress) == (opened.stripe_checkout_session_id, Progress.PAID)


def test_only_checkouts_since_the_given_time_are_searched(
    gateway: PaymentGateway, opened: CheckoutState, offset: FakeOffset, clock: Clock
) -> None:
    offset.move(minutes=4)
    assert gateway.find_checkout("booking_01", 1, clock.now()) == opened  # clocks may differ by so much
    offset.move(minutes=2)
    assert gateway.find_checkout("booking_01", 1, clock.now()) is None


def test_an_open_checkout_is_ended(gateway: PaymentGateway, opened: CheckoutState) -> None:
    ended = gateway.expire_checkout(opened.stripe_checkout_session_id)
    assert (ended.status, ended.progress, ended.url) == (SessionStatus.EXPIRED, Progress.UNPAID, None)
    assert gateway.expire_checkout(opened.stripe_checkout_session_id) == ended


def test_payment_wins_over_ending_a_checkout(gateway: PaymentGateway, opened: CheckoutState, pay: Pay) -> None:
    paid = pay(opened, Outcome.SUCCEED)
    assert gateway.expire_checkout(opened.stripe_checkout_session_id) == paid


def test_a_checkout_that_stripe_leaves_open_does_not_count_as_ended(
    transport: CheckedAdapter, opened: CheckoutState
) -> None:
    class NeverEnding(WSGIAdapter):
        def send(self, request: requests.PreparedRequest, **options: object) -> requests.Response:  # type: ignore[override]
            if str(request.url).endswith("/expire"):
                refusal = b'{"error": {"type": "invalid_request_error", "code": "not_now", "message": "No."}}'
                return ScriptedAdapter(an_answer(400, refusal)).send(request, **options)
            return super().send(request, **options)

    with pytest.raises(PaymentsRefused) as refused:
        gateway_through(NeverEnding(transport.app)).expire_checkout(opened.stripe_checkout_session_id)
    assert refused.value.reason == "not_now"


def test_a_checkout_that_stripe_does_not_know_is_refused(gateway: PaymentGateway) -> None:
    for ask in (gateway.get_checkout, gateway.expire_checkout):
        with pytest.raises(PaymentsRefused) as refused:
            ask("cs_test_unknown")
        assert refused.value.reason == "resource_missing"


def test_an_empty_id_never_reaches_stripe() -> None:
    unreached = ScriptedAdapter(an_answer(200))
    gateway = gateway_through(unreached)
    for ask in (gateway.get_checkout, gateway.expire_checkout, lambda empty: gateway.find_refund(empty, "refund_01")):
        with pytest.raises(ValueError, match="empty id"):
            ask("")
    assert unreached.requests == []


def test_money_is_given_back_once_a_key(gateway: PaymentGateway, charge: ChargeTaken) -> None:
    made = gateway.refund(charge, Money(10_000, "GBP"), "refund_01", "refund:refund_01")
    assert made.stripe_refund_id.startswith("re_")
    assert made.stripe_payment_intent_id == charge.stripe_payment_intent_id
    assert (made.amount, made.progress) == (Money(10_000, "GBP"), RefundProgress.SUCCEEDED)
    assert gateway.refund(charge, Money(10_000, "GBP"), "refund_01", "refund:refund_01") == made
    gateway.refund(charge, PRICE - made.amount, "refund_02", "refund:refund_02")
    with pytest.raises(PaymentsRefused) as refused:
        gateway.refund(charge, Money(1, "GBP"), "refund_03", "refund:refund_03")
    assert refused.value.reason == "charge_already_refunded"


def test_a_refund_is_found_by_our_reference(gateway: PaymentGateway, charge: ChargeTaken) -> None:
    made = gateway.refund(charge, Money(10_000, "GBP"), "refund_01", "refund:refund_01")
    gateway.refund(charge, Money(5_000, "GBP"), "refund_02", "refund:refund_02")
    assert gateway.find_refund(charge.stripe_payment_intent_id, "refund_01") == made
    assert gateway.find_refund(charge.stripe_payment_intent_id, "refund_03") is None


@pytest.mark.parametrize(
    ("word", "progress"),
    [
        ("pending", RefundProgress.PENDING),
        ("requires_action", RefundProgress.PENDING),
        ("succeeded", RefundProgress.SUCCEEDED),
        ("failed", RefundProgress.FAILED),
        ("canceled", RefundProgress.FAILED),
    ],
)
def test_a_refund_says_how_far_it_has_come(
    gateway: PaymentGateway, charge: ChargeTaken, state: SandboxState, word: str, progress: RefundProgress
) -> None:
    made = gateway.refund(charge, PRICE, "refund_01", "refund:refund_01")
    document = state.find("refund", made.stripe_refund_id)
    assert document is not None
    state.put("refund", made.stripe_refund_id, {**document, "status": word})
    found = gateway.find_refund(charge.stripe_payment_intent_id, "refund_01")
    assert found is not None
    assert found.progress is progress


def test_money_is_given_back_in_the_currency_it_came_in(gateway: PaymentGateway, charge: ChargeTaken) -> None:
    with pytest.raises(ValueError, match="GBP is not refunded in EUR"):
        gateway.refund(charge, Money(10_000, "EUR"), "refund_01", "refund:refund_01")


@pytest.mark.parametrize("key", ["", "sk_test_", "pk_test_abc", "whsec_abc", "sk_live", "sk_test_abc ", "abc"])
def test_a_key_that_cannot_be_right_is_refused_at_start_up(key: str) -> None:
    with pytest.raises(ValueError, match="must be a secret or restricted one") as refused:
        StripeGateway(api_key=key, webhook_secrets=[], patience=Patience.WEB)
    assert "abc" not in str(refused.value)


def test_a_live_key_is_never_sent_to_a_stand_in() -> None:
    """S22."""
    for key in ("sk_live_abc", "rk_live_abc"):
        StripeGateway(api_key=key, webhook_secrets=[], patience=Patience.WEB)
        with pytest.raises(ValueError, match="stand-in"):
            StripeGateway(api_key=key, webhook_secrets=[], patience=Patience.WEB, base_url=STRIPE_URL)
