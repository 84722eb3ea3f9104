"""What we need of a payment provider, in our own words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any, Protocol

from services.money import Money


class Patience(Enum):
    """How long the provider may keep a process waiting: times it is asked again, seconds to connect and to answer."""

    WEB = (0, (3.05, 8.0))
    WORKER = (2, (3.05, 20.0))

    def __init__(self, retries: int, timeout: tuple[float, float]) -> None:
        self.retries = retries
        self.timeout = timeout


@dataclass(frozen=True)
class CheckoutOrder:
    """What a Checkout Session is asked for; metadata holds ids and codes only, never a name."""

    reference: str
    """Public id of the booking."""
    attempt: int
    title: str
    unit_amount: Money
    places: int
    success_url: str
    cancel_url: str
    expires_at: datetime
    metadata: dict[str, str] = field(default_factory=dict)


class SessionStatus(StrEnum):
    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


class Progress(StrEnum):
    """How far the money of a Checkout Session has come."""

    UNPAID = "unpaid"
    PENDING = "pending"
    """Complete, but a delayed method still has to bring the money."""
    PAID = "paid"
    FAILED = "failed"
    """Complete, and the delayed method brought nothing."""


@dataclass(frozen=True)
class ChargeTaken:
    stripe_payment_intent_id: str
    stripe_charge_id: str | None
    amount: Money
    paid_at: datetime


@dataclass(frozen=True)
class CheckoutState:
    """A Checkout Session as Stripe has it now."""

    stripe_checkout_session_id: str
    status: SessionStatus
    progress: Progress
    url: str | None
    expires_at: datetime
    charge: ChargeTaken | None
    """Set where progress is paid."""
    metadata: dict[str, str]

    @property
    def is_final(self) -> bool:
        """Whether neither a payer nor a slow method can change it any more."""
        return self.status is not SessionStatus.OPEN and self.progress is not Progress.PENDING


class RefundProgress(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True)
class RefundState:
    stripe_refund_id: str
    stripe_payment_intent_id: str
    amount: Money
    progress: RefundProgress


@dataclass(frozen=True)
class ProviderEvent:
    """A webhook whose signature holds: what it is about. Its content is never trusted, only re-read."""

    id: str
    type: str
    object_id: str
    """Empty where the object has no id, as a balance has none."""


class PaymentGateway(Protocol):
    """Stripe, as far as Setlist needs it. Every method may raise PaymentsUnavailable or PaymentsRefused."""

    def checkout_request(self, order: CheckoutOrder) -> dict[str, Any]:
        """The exact request to store before it is sent; no network."""

    def open_checkout(self, request: dict[str, Any], idempotency_key: str) -> CheckoutState:
        """Send a stored request; the same key answers the same session, as it was when first opened."""

    def get_checkout(self, stripe_checkout_session_id: str) -> CheckoutState:
        """What a session is now, with its charge once it is paid."""

    def find_checkout(self, reference: str, attempt: int, created_from: datetime) -> CheckoutState | None:
        """Look a session up by its metadata, for when its id was never stored."""

    def expire_checkout(self, stripe_checkout_session_id: str) -> CheckoutState:
        """End an open session; where Stripe refuses because it is not open any more, answers what it is.

        Whatever it answers takes no more payers; where the session stays open it raises.
        """

    def refund(self, charge: ChargeTaken, amount: Money, reference: str, idempotency_key: str) -> RefundState:
        """Give `amount` back; `reference` (our refund's public id) goes into the metadata."""

    def find_refund(self, stripe_payment_intent_id: str, reference: str) -> RefundState | None:
        """Look a refund up by our reference, for when its id was never stored."""

    def read_event(self, body: bytes, signature: str) -> ProviderEvent:
        """Verify a webhook's raw bytes against the signing secrets; raises WebhookNotGenuine."""
