"""The payment gateway at Stripe, through its own client library; the only importer of `stripe`."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any, cast

import orjson
import requests
import stripe
import structlog
from stripe.params import BalanceTransactionListParams
from stripe.params.checkout import SessionCreateParams

from services.money import Money
from services.payments.errors import KeyNotAccepted, PaymentsRefused, PaymentsUnavailable, WebhookNotGenuine
from services.payments.gateway import (
    ChargeTaken,
    CheckoutOrder,
    CheckoutState,
    DisputeState,
    Patience,
    PayoutState,
    ProviderEvent,
    RefundState,
    SessionStatus,
    TransactionPage,
    UndeliveredEvent,
)
from services.payments.stripe_reading import (
    checkout_state,
    dispute_state,
    held_balances,
    payout_state,
    refund_state,
    transaction_state,
)

stripe.enable_telemetry = False
logging.getLogger("stripe").setLevel(logging.WARNING)  # below, the library logs requests and answers in full

log = structlog.get_logger()

KEY_SHAPE = re.compile(r"(?:sk|rk)_(test|live)_\w+")

# What Stripe will not carry out however often it is asked. All else may pass, a wrong or blocked key included: an
# operator's slip must not lose a booking, so it counts as an outage, to be retried and alerted until it is mended.
REFUSALS = (stripe.InvalidRequestError, stripe.IdempotencyError, stripe.CardError)
KEY_TROUBLES = (stripe.AuthenticationError, stripe.PermissionError)

CHARGE_INCLUDED = ["payment_intent.latest_charge.balance_transaction"]
MOVES_INCLUDED = ["balance_transaction", "failure_balance_transaction"]
PAGE_SIZE = 100
CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far our clock may run ahead of Stripe's."""


class StripeGateway:
    """Setlist's account at Stripe."""

    def __init__(
        self,
        *,
        api_key: str,
        webhook_secrets: Sequence[str],
        patience: Patience,
        session: requests.Session | None = None,
        base_url: str | None = None,
    ) -> None:
        """Raises ValueError where the key cannot be right; `base_url` is a stand-in's, else Stripe is meant."""
        self._is_live = _is_live(api_key)
        if self._is_live and base_url is not None:
            raise ValueError("a live Stripe key is sent to Stripe alone, never to a stand-in")
        self._webhook_secrets = tuple(webhook_secrets)
        self._client = stripe.StripeClient(
            api_key,
            base_addresses={"api": base_url} if base_url is not None else None,
            max_network_retries=patience.retries,
            http_client=stripe.RequestsClient(timeout=patience.timeout, session=session),
        )

    def checkout_request(self, order: CheckoutOrder) -> dict[str, Any]:
        metadata = {**order.metadata, **_marks(order.reference, order.attempt)}
        # Neither payment methods nor `after_expiration`: the first are chosen in Stripe's dashboard, the second would
        # make a new session that outlives the hold.
        request: SessionCreateParams = {
            "mode": "payment",
            "ui_mode": "hosted_page",
            "line_items": [
                {
                    "price_data": {
                        "currency": order.unit_amount.currency.lower(),
                        "unit_amount": order.unit_amount.amount_minor,
                        "product_data": {"name": order.title},
                    },
                    "quantity": order.places,
                }
            ],
            "adaptive_pricing": {"enabled": False},  # one currency a booking: in the charge, the journal and refunds
            "client_reference_id": order.reference,
            "metadata": metadata,
            "payment_intent_data": {"metadata": metadata},
            "success_url": order.success_url,
            "cancel_url": order.cancel_url,
            "expires_at": int(order.expires_at.timestamp()),
        }
        return dict(request)

    def open_checkout(self, request: dict[str, Any], idempotency_key: str) -> CheckoutState:
        with translating():
            opened = self._client.v1.checkout.sessions.create(
                cast(SessionCreateParams, request), {"idempotency_key": idempotency_key}
            )
            return checkout_state(_as_json(opened))

    def get_checkout(self, stripe_checkout_session_id: str) -> CheckoutState:
        _check_id(stripe_checkout_session_id)
        with translating():
            found = self._client.v1.checkout.sessions.retrieve(stripe_checkout_session_id, {"expand": CHARGE_INCLUDED})
            return checkout_state(_as_json(found))

    def find_checkout(self, reference: str, attempt: int, created_from: datetime) -> CheckoutState | None:
        earliest = int((created_from - CLOCK_TOLERANCE).timestamp())
        marks = _marks(reference, attempt)
        with translating():
            listed = self._client.v1.checkout.sessions.list({"created": {"gte": earliest}, "limit": PAGE_SIZE})
            found = next((s.id for s in listed.auto_paging_iter() if marks.items() <= _metadata(s).items()), None)
        return self.get_checkout(found) if found is not None else None

    def expire_checkout(self, stripe_checkout_session_id: str) -> CheckoutState:
        _check_id(stripe_checkout_session_id)
        try:
            with translating():
                expired = self._client.v1.checkout.sessions.expire(stripe_checkout_session_id)
                return checkout_state(_as_json(expired))
        except PaymentsRefused:  # most likely it was paid in this moment, and payment wins
            state = self.get_checkout(stripe_checkout_session_id)
            if state.status is SessionStatus.OPEN:
                raise
            return state

    def refund(self, charge: ChargeTaken, amount: Money, reference: str, idempotency_key: str) -> RefundState:
        if amount.currency != charge.amount.currency:
            raise ValueError(f"a charge in {charge.amount.currency} is not refunded in {amount.currency}")
        with translating():
            made = self._client.v1.refunds.create(
                {
                    "payment_intent": charge.stripe_payment_intent_id,
                    "amount": amount.amount_minor,
                    "metadata": {"refund": reference},
                },
                {"idempotency_key": idempotency_key},
            )
            made_id = made.id
        return self.get_refund(made_id)

    def find_refund(self, stripe_payment_intent_id: str, reference: str) -> RefundState | None:
        _check_id(stripe_payment_intent_id)
        with translating():
            listed = self._client.v1.refunds.list({"payment_intent": stripe_payment_intent_id, "limit": PAGE_SIZE})
            found = next((r.id for r in listed.auto_paging_iter() if _metadata(r).get("refund") == reference), None)
        return self.get_refund(found) if found is not None else None

    def get_refund(self, stripe_refund_id: str) -> RefundState:
        _check_id(stripe_refund_id)
        with translating():
            return refund_state(
                _as_json(self._client.v1.refunds.retrieve(stripe_refund_id, {"expand": MOVES_INCLUDED}))
            )

    def get_dispute(self, stripe_dispute_id: str) -> DisputeState:
        _check_id(stripe_dispute_id)
        with translating():
            return dispute_state(_as_json(self._client.v1.disputes.retrieve(stripe_dispute_id)))

    def find_checkout_of_charge(self, stripe_charge_id: str) -> CheckoutState | None:
        _check_id(stripe_charge_id)
        with translating():
            intent = self._client.v1.charges.retrieve(stripe_charge_id).payment_intent
        return self.find_checkout_of_intent(str(intent)) if intent is not None else None

    def find_checkout_of_intent(self, stripe_payment_intent_id: str) -> CheckoutState | None:
        _check_id(stripe_payment_intent_id)
        with translating():
            listed = self._client.v1.checkout.sessions.list({"payment_intent": stripe_payment_intent_id, "limit": 1})
        return self.get_checkout(listed.data[0].id) if listed.data else None

    def page_of_transactions(
        self, *, newer_than: str | None = None, older_than: str | None = None, payout: str | None = None
    ) -> TransactionPage:
        asked: BalanceTransactionListParams = {"limit": PAGE_SIZE}
        if newer_than is not None:
            asked["ending_before"] = newer_than
        if older_than is not None:
            asked["starting_after"] = older_than
        if payout is not None:
            asked["payout"] = payout
        with translating():
            listed = self._client.v1.balance_transactions.list(asked)
            return TransactionPage([transaction_state(_as_json(each)) for each in listed.data], listed.has_more)

    def get_payout(self, stripe_payout_id: str) -> PayoutState:
        _check_id(stripe_payout_id)
        with translating():
            return payout_state(_as_json(self._client.v1.payouts.retrieve(stripe_payout_id)))

    def balances(self) -> list[Money]:
        with translating():
            return held_balances(_as_json(self._client.v1.balance.retrieve()))

    def list_undelivered_events(self, created_from: datetime) -> list[UndeliveredEvent]:
        earliest = int((created_from - CLOCK_TOLERANCE).timestamp())
        with translating():
            listed = self._client.v1.events.list(
                {"delivery_success": False, "created": {"gte": earliest}, "limit": PAGE_SIZE}
            )
            return [_undelivered(event) for event in listed.auto_paging_iter()]

    def read_event(self, body: bytes, signature: str) -> ProviderEvent:
        for secret in self._webhook_secrets:
            with suppress(Exception):  # besides its own error, the library raises JSON, Unicode and Attribute errors
                event = self._client.construct_event(body, signature, secret)
                if event.livemode is self._is_live:  # else another endpoint's secret: our key cannot read the object
                    return _provider_event(event)
        raise WebhookNotGenuine


@contextmanager
def translating() -> Iterator[None]:
    """Whatever the library raises, or its answers when they are broken, as a refusal of ours."""
    try:
        yield
    except stripe.StripeError as error:
        log.warning(
            "stripe_failed",
            error=type(error.__cause__ or error).__name__,
            status=error.http_status,
            code=error.code,
            stripe_request_id=error.request_id,
        )
        # Not chained: the library's text may quote an address, its body or ours.
        if isinstance(error, REFUSALS):
            raise PaymentsRefused(error.code or type(error).__name__) from None
        if isinstance(error, KEY_TROUBLES):
            raise KeyNotAccepted(type(error).__name__) from None
        raise PaymentsUnavailable(_retry_after(error)) from None
    except Exception as error:
        log.warning("stripe_answer_unreadable", error=type(error).__name__)
        raise PaymentsUnavailable from error


def _is_live(api_key: str) -> bool:
    parts = KEY_SHAPE.fullmatch(api_key)
    if parts is None:
        raise ValueError("the Stripe API key must be a secret or restricted one: sk_test_..., rk_live_...")
    return parts[1] == "live"


def _retry_after(error: stripe.StripeError) -> float | None:
    seconds = (error.headers or {}).get("Retry-After", "")
    return float(seconds) if seconds.isascii() and seconds.isdigit() else None


def _check_id(stripe_id: str) -> None:
    if not stripe_id:
        raise ValueError("an empty id: Stripe would answer with a list of everything")


def _provider_event(event: stripe.Event) -> ProviderEvent:
    return ProviderEvent(event.id, event.type, getattr(event.data.object, "id", ""))


def _undelivered(event: stripe.Event) -> UndeliveredEvent:
    return UndeliveredEvent(_provider_event(event), orjson.dumps(_as_json(event)))


def _marks(reference: str, attempt: int) -> dict[str, str]:
    """The metadata by which a Checkout Session of ours is known."""
    return {"booking": reference, "attempt": str(attempt)}


def _metadata(document: stripe.checkout.Session | stripe.Refund) -> dict[str, str]:
    return document.metadata.to_dict() if document.metadata is not None else {}


def _as_json(document: stripe.StripeObject) -> dict[str, Any]:
    return document.to_dict(for_json=True)
