"""The Stripe stand-in, spoken to by Stripe's own client library: checkout sessions, and how requests are answered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
import stripe

from api.sandbox.stripe.account import API_VERSION
from api.sandbox.transport import WSGIAdapter
from services.clock import Clock
from tests.contracts.stripe_checker import CheckedAdapter
from tests.contracts.stripe_client import PUBLIC_URL, SECRET_KEY, a_checkout, client_through, in_minutes
from tests.offset import FakeOffset


def test_the_stand_in_plays_the_version_that_the_library_speaks() -> None:
    assert stripe.api_version == API_VERSION


def test_a_session_opens_with_its_total_and_the_page_to_pay_on(client: stripe.StripeClient, clock: Clock) -> None:
    expires_at = in_minutes(clock, 31)
    session = client.v1.checkout.sessions.create(a_checkout(expires_at=expires_at))
    assert session.id.startswith("cs_test_")
    assert session.url == f"{PUBLIC_URL}/sandbox/stripe/pay/{session.id}"
    assert (session.amount_total, session.currency) == (85_000, "gbp")
    assert (session.status, session.payment_status, session.mode) == ("open", "unpaid", "payment")
    assert session.livemode is False
    assert session.expires_at == expires_at
    assert session.client_reference_id == "booking_1"
    assert session.metadata is not None
    assert session.metadata.to_dict() == {"booking": "booking_1"}
    assert session.customer_email == "ada@example.org"
    assert session.payment_intent is None


def test_a_session_is_read_again_with_its_line_items(client: stripe.StripeClient) -> None:
    made = client.v1.checkout.sessions.create(a_checkout())
    session = client.v1.checkout.sessions.retrieve(made.id, {"expand": ["line_items", "payment_intent"]})
    assert session.line_items is not None
    assert [(item.description, item.quantity, item.amount_total) for item in session.line_items.data] == [
        ("Leading change: one place", 2, 84_000),
        ("Book", 1, 1_000),
    ]
    listed = client.v1.checkout.sessions.line_items.list(made.id, {"limit": 1})
    assert [item.quantity for item in listed.auto_paging_iter()] == [2, 1]


def test_a_session_lasts_a_day_unless_told_otherwise(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(a_checkout())
    assert session.expires_at == session.created + 24 * 60 * 60


@pytest.mark.parametrize("minutes", [29, 24 * 60 + 1])
def test_a_session_lasts_from_30_minutes_to_24_hours(client: stripe.StripeClient, clock: Clock, minutes: int) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(a_checkout(expires_at=in_minutes(clock, minutes)))
    assert refused.value.param == "expires_at"


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"line_items": [{"amount": 1}]}, "parameter_missing", "line_items[0][price_data]"),
        ({"payment_intent_data": {"size": 1}}, "parameter_unknown", "payment_intent_data[size]"),
        ({"success_url": "javascript:alert(1)"}, "url_invalid", "success_url"),
        ({"success_url": None}, "parameter_missing", "success_url"),
        ({"customer_email": "nobody"}, "email_invalid", "customer_email"),
        ({"client_reference_id": ""}, "parameter_invalid_empty", "client_reference_id"),
        ({"expires_at": "soon"}, "parameter_invalid_integer", "expires_at"),
        ({"mode": "subscription"}, None, "mode"),
        ({"adaptive_pricing": {"enabled": "perhaps"}}, None, "adaptive_pricing[enabled]"),
        ({"line_items": {"first": {"quantity": 1}}}, None, "line_items"),
        ({"metadata": {"k" * 41: "too long a key"}}, None, f"metadata[{'k' * 41}][key]"),
    ],
)
def test_a_form_that_breaks_the_rules_is_refused_by_name(
    careless: stripe.StripeClient, changes: dict[str, Any], code: str | None, param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        careless.v1.checkout.sessions.create(a_checkout(**changes))
    assert (refused.value.http_status, refused.value.code, refused.value.param) == (400, code, param)


def test_a_total_too_small_to_charge_is_refused(client: stripe.StripeClient) -> None:
    pennies = {"currency": "gbp", "unit_amount": 29, "product_data": {"name": "Nearly free"}}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(a_checkout(line_items=[{"price_data": pennies, "quantity": 1}]))
    assert refused.value.code == "amount_too_small"


def test_a_session_has_one_currency(client: stripe.StripeClient) -> None:
    items = [
        {"quantity": 1, "price_data": {"currency": code, "unit_amount": 100, "product_data": {"name": "A place"}}}
        for code in ("gbp", "eur")
    ]
    with pytest.raises(stripe.InvalidRequestError, match="same currency"):
        client.v1.checkout.sessions.create(a_checkout(line_items=items))


def test_the_same_key_and_parameters_answer_with_the_same_session(client: stripe.StripeClient) -> None:
    first = client.v1.checkout.sessions.create(a_checkout(), {"idempotency_key": "checkout:1:1"})
    again = client.v1.checkout.sessions.create(a_checkout(), {"idempotency_key": "checkout:1:1"})
    assert first.last_response is not None
    assert again.last_response is not None
    assert again.last_response.body == first.last_response.body
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(client.v1.checkout.sessions.list().data) == 1


def test_the_same_key_twenty_times_at_once_makes_one_session(client: stripe.StripeClient) -> None:
    def create(_: int) -> str:
        return client.v1.checkout.sessions.create(a_checkout(), {"idempotency_key": "checkout:1:1"}).id

    with ThreadPoolExecutor(max_workers=8) as pool:
        made = set(pool.map(create, range(20)))
    assert {session.id for session in client.v1.checkout.sessions.list().data} == made
    assert len(made) == 1


def test_the_same_key_with_other_parameters_is_refused(client: stripe.StripeClient) -> None:
    client.v1.checkout.sessions.create(a_checkout(), {"idempotency_key": "checkout:1:1"})
    with pytest.raises(stripe.IdempotencyError) as refused:
        client.v1.checkout.sessions.create(a_checkout(metadata={}), {"idempotency_key": "checkout:1:1"})
    assert refused.value.http_status == 400


def test_a_key_longer_than_255_characters_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="255"):
        client.v1.checkout.sessions.create(a_checkout(), {"idempotency_key": "k" * 256})


def test_a_key_is_forgotten_after_a_day(client: stripe.StripeClient, offset: FakeOffset) -> None:
    first = client.v1.checkout.sessions.create(a_checkout(), {"idempotency_key": "checkout:1:1"})
    offset.move(hours=25)
    again = client.v1.checkout.sessions.create(a_checkout(), {"idempotency_key": "checkout:1:1"})
    assert again.id != first.id


def test_a_key_does_not_remember_parameters_that_failed_validation(client: stripe.StripeClient, clock: Clock) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(a_checkout(expires_at=in_minutes(clock, 5)), {"idempotency_key": "k"})
    assert client.v1.checkout.sessions.create(a_checkout(), {"idempotency_key": "k"}).status == "open"


def test_sessions_are_listed_newest_first_in_pages(client: stripe.StripeClient, offset: FakeOffset) -> None:
    made = []
    for _ in range(5):
        made.append(client.v1.checkout.sessions.create(a_checkout()))
        offset.move(seconds=10)
    listed = client.v1.checkout.sessions.list({"limit": 2}).auto_paging_iter()
    assert [session.id for session in listed] == [session.id for session in reversed(made)]
    since = client.v1.checkout.sessions.list({"created": {"gte": made[3].created}, "status": "open"})
    assert [session.id for session in since.data] == [made[4].id, made[3].id]
    at = client.v1.checkout.sessions.list({"created": made[0].created})
    assert [session.id for session in at.data] == [made[0].id]
    before = client.v1.checkout.sessions.list({"ending_before": made[0].id, "limit": 1})
    assert [session.id for session in before.data] == [made[1].id]
    assert before.has_more
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.list({"starting_after": "cs_test_nothing"})


def test_only_an_open_session_can_be_expired(client: stripe.StripeClient) -> None:
    made = client.v1.checkout.sessions.create(a_checkout())
    expired = client.v1.checkout.sessions.expire(made.id)
    assert (expired.status, expired.url) == ("expired", None)
    with pytest.raises(stripe.InvalidRequestError, match=r"status of `expired`"):
        client.v1.checkout.sessions.expire(made.id)
    assert [event.type for event in client.v1.events.list().data] == ["checkout.session.expired"]


def test_a_session_expires_by_itself_once(client: stripe.StripeClient, clock: Clock, offset: FakeOffset) -> None:
    made = client.v1.checkout.sessions.create(a_checkout(expires_at=in_minutes(clock, 31)))
    offset.move(minutes=32)
    assert client.v1.checkout.sessions.retrieve(made.id).status == "expired"
    assert client.v1.checkout.sessions.list({"status": "open"}).data == []
    events = client.v1.events.list({"type": "checkout.session.expired"}).data
    assert [event.data.object["id"] for event in events] == [made.id]


def test_what_does_not_exist_is_not_found(client: stripe.StripeClient) -> None:
    for look in (
        client.v1.checkout.sessions.retrieve,
        client.v1.checkout.sessions.expire,
        client.v1.checkout.sessions.line_items.list,
        client.v1.payment_intents.retrieve,
        client.v1.charges.retrieve,
        client.v1.refunds.retrieve,
        client.v1.events.retrieve,
    ):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            look("nothing")
        assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


def test_what_cannot_be_expanded_is_refused_and_changes_nothing(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.checkout.sessions.create(a_checkout(expand=["metadata"]))
    assert client.v1.checkout.sessions.list().data == []


@pytest.mark.parametrize("key", ["sk_test_another", "sk_live_real"])
def test_another_key_is_refused(transport: CheckedAdapter, key: str) -> None:
    with pytest.raises(stripe.AuthenticationError):
        client_through(transport, key=key).v1.checkout.sessions.list()


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/checkout/sessions", {}, 401),
        ("/v1/checkout/sessions", {"Authorization": "Basic abc"}, 401),
        ("/v1/checkout/sessions", {"Stripe-Version": "2020-08-27"}, 400),
        ("/v1/unheard_of", {}, 404),
    ],
)
def test_a_request_that_is_none_of_the_librarys_is_told_so(
    transport: CheckedAdapter, path: str, headers: dict[str, str], status: int
) -> None:
    session = requests.Session()
    session.mount("http://stripe.sandbox/", WSGIAdapter(transport.app))
    known = {} if status == 401 else {"Authorization": f"Bearer {SECRET_KEY}"}
    answer = session.get(f"http://stripe.sandbox{path}", headers={**known, **headers})
    assert answer.status_code == status
    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.json()["error"]["type"] == "invalid_request_error"
