"""What the payments area can refuse.

DomainError
├── PaymentsUnavailable    Stripe cannot be reached or will not answer now: ask again later
│   └── KeyNotAccepted     our key is wrong, or may not do this: an outage until somebody mends the setting
├── PaymentsRefused        Stripe said no for good: our request or configuration is wrong
├── WebhookNotGenuine      a webhook that Stripe did not sign, or signed too long ago
├── NotAwaitingPayment     there is nothing to pay
├── HoldCannotBeExtended   the hold was extended once already
├── NothingToRefund        no money of this booking is left to give back
└── RefundExceedsPayment   more than is left of what was paid
"""

from __future__ import annotations

from typing import ClassVar

from services.errors import DomainError, Kind
from services.money import Money


class PaymentsUnavailable(DomainError):
    """Stripe cannot be reached, is overloaded or broke: the same request may be sent again."""

    code: ClassVar[str] = "payments-unavailable"
    title: ClassVar[str] = "The payment service cannot be reached right now"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE

    def __init__(self, retry_after: float | None = None) -> None:
        super().__init__(self.title)
        self.retry_after = retry_after
        """Seconds, where Stripe said so."""


class KeyNotAccepted(PaymentsUnavailable):
    """To payers an outage like any other; `cause` is Stripe's name for it."""

    def __init__(self, cause: str) -> None:
        super().__init__()
        self.cause = cause


class PaymentsRefused(DomainError):
    """Stripe refused for good; `reason` is its error code or type."""

    code: ClassVar[str] = "payments-refused"
    title: ClassVar[str] = "The payment service refused this request"
    kind: ClassVar[Kind] = Kind.CONFLICT

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WebhookNotGenuine(DomainError):
    """The signature, its age or the body is wrong; nothing was stored."""

    code: ClassVar[str] = "webhook-not-genuine"
    title: ClassVar[str] = "This webhook is not genuine"
    kind: ClassVar[Kind] = Kind.MALFORMED


class NotAwaitingPayment(DomainError):
    """The booking does not wait for a card payment."""

    code: ClassVar[str] = "not-awaiting-payment"
    title: ClassVar[str] = "This booking is not waiting for payment"
    kind: ClassVar[Kind] = Kind.CONFLICT


class HoldCannotBeExtended(DomainError):
    """A hold is extended once, by opening a second checkout."""

    code: ClassVar[str] = "hold-cannot-be-extended"
    title: ClassVar[str] = "The hold on these places has been extended once already"
    kind: ClassVar[Kind] = Kind.CONFLICT


class NothingToRefund(DomainError):
    """Nothing was paid, or all of it is refunded or disputed."""

    code: ClassVar[str] = "nothing-to-refund"
    title: ClassVar[str] = "There is no money of this booking left to refund"
    kind: ClassVar[Kind] = Kind.CONFLICT


class RefundExceedsPayment(DomainError):
    """Refunds and disputes together never come to more than was paid."""

    code: ClassVar[str] = "refund-exceeds-payment"
    title: ClassVar[str] = "This is more than is left to refund"
    kind: ClassVar[Kind] = Kind.CONFLICT

    def __init__(self, left: Money) -> None:
        super().__init__(f"{left.amount_minor} {left.currency} are left")
        self.left = left

    def facts(self) -> dict[str, object]:
        return {"left": {"amount_minor": self.left.amount_minor, "currency": self.left.currency}}
