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
    """When the money came into the balance, days after the charge by a slow method; of the charge where none shows."""


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
    stripe_payment_intent_id: str | None
    """None for a charge that no payment intent made: none of ours."""
    amount: Money
    progress: RefundProgress
    reference: str | None
    """Our refund's public id; None where it was made in Stripe's dashboard."""
    left_at: datetime | None
    """When Stripe took the money from the balance; None where it has not."""
    came_back_at: datetime | None
    """When Stripe put it back, the refund having failed; None where it has not."""


class DisputeProgress(StrEnum):
    INQUIRY = "inquiry"
    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True)
class DisputeMove:
    """Money that a dispute moved in the balance: out of it where negative, back into it where positive."""

    amount: Money
    moved_at: datetime


@dataclass(frozen=True)
class DisputeState:
    """A dispute as Stripe has it now, with what it has moved in the balance so far."""

    stripe_dispute_id: str
    stripe_payment_intent_id: str | None
    amount: Money
    progress: DisputeProgress
    reason: str
    opened_at: datetime
    moves: tuple[DisputeMove, ...]
    """In the order in which they were made."""


@dataclass(frozen=True)
class TransactionState:
    """A balance transaction; `source` is the charge, refund, dispute or payout that it tells of."""

    stripe_transaction_id: str
    type: str
    reporting_category: str
    gross: Money
    fee: Money
    net: Money
    fee_details: list[dict[str, Any]]
    created_at: datetime
    available_at: datetime
    source: str | None


@dataclass(frozen=True)
class TransactionPage:
    """Part of the list of balance transactions, newest first as Stripe lists them."""

    transactions: list[TransactionState]
    has_more: bool


@dataclass(frozen=True)
class PayoutState:
    stripe_payout_id: str
    amount: Money
    """Negative where Stripe takes money from the bank."""
    status: str
    is_automatic: bool
    method: str
    reconciliation_status: str
    descriptor: str | None
    failure_code: str | None
    arrival_at: datetime
    created_at: datetime


@dataclass(frozen=True)
class ProviderEvent:
    """A webhook whose signature holds: what it is about. Its content is never trusted, only re-read."""

    id: str
    type: str
    object_id: str
    """Empty where the object has no id, as a balance has none."""


@dataclass(frozen=True)
class UndeliveredEvent:
    """An event as Stripe lists it, and its body."""

    event: ProviderEvent
    body: bytes


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

    def get_refund(self, stripe_refund_id: str) -> RefundState:
        """What a refund is now, whoever made it."""

    def get_dispute(self, stripe_dispute_id: str) -> DisputeState:
        """What a dispute is now."""

    def find_checkout_of_charge(self, stripe_charge_id: str) -> CheckoutState | None:
        """The Checkout Session that a charge paid; None where it was made in another way."""

    def find_checkout_of_intent(self, stripe_payment_intent_id: str) -> CheckoutState | None:
        """The Checkout Session that a payment intent is of; None where it was made in another way."""

    def page_of_transactions(
        self, *, newer_than: str | None = None, older_than: str | None = None, payout: str | None = None
    ) -> TransactionPage:
        """At most a hundred balance transactions: the newest, or those next to one whose id is given."""

    def get_payout(self, stripe_payout_id: str) -> PayoutState:
        """What a payout is now."""

    def balances(self) -> list[Money]:
        """What Stripe holds for us in each currency, available and pending together."""

    def list_undelivered_events(self, created_from: datetime) -> list[UndeliveredEvent]:
        """Events whose webhook nobody accepted; Stripe keeps them for thirty days."""

    def read_event(self, body: bytes, signature: str) -> ProviderEvent:
        """Verify a webhook's raw bytes against the signing secrets; raises WebhookNotGenuine."""
