"""The words of finance: how imports run, how a payout stands, what can be wrong, and what clears it."""

from __future__ import annotations

from enum import StrEnum


class ImportStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    """Stripe will not have it: somebody must mend something, and import again."""


class ImportTrouble(StrEnum):
    """Why an import does not go on."""

    TRYING_AGAIN = "trying_again"
    """Stripe was out of reach, or something else failed: the worker tries again by itself."""
    GIVEN_UP = "given_up"


class PayoutStatus(StrEnum):
    """Stripe's own words."""

    PENDING = "pending"
    IN_TRANSIT = "in_transit"
    PAID = "paid"
    CANCELED = "canceled"
    FAILED = "failed"


GONE = (PayoutStatus.FAILED, PayoutStatus.CANCELED)
"""Of payouts whose money is at Stripe again."""


class Verdict(StrEnum):
    """How a payout stands."""

    PENDING = "pending"
    """Stripe has not listed its transactions yet, or is still paying it."""
    AWAITING_BANK = "awaiting_bank"
    """Our lines and Stripe's agree; no statement has shown it yet, and none that should has come without it."""
    MATCHED = "matched"
    FAILED = "failed"
    """The bank sent it back, or it was cancelled: its money is in Stripe's balance again, and our lines say so."""
    DISCREPANCY = "discrepancy"


class DiscrepancyKind(StrEnum):
    MISSING_HERE = "missing_here"
    """Stripe moved money that our journal does not know."""
    MISSING_AT_STRIPE = "missing_at_stripe"
    """Our journal moved money that Stripe does not know."""
    AMOUNT_DIFFERS = "amount_differs"
    UNKNOWN_SOURCE = "unknown_source"
    """A balance transaction of a category that is none of ours: it is in suspense."""
    NOT_AT_BANK = "not_at_bank"
    """A statement covers the days on which a payout had to arrive, and does not have it; or a payout that was at the
    bank has failed, and no statement shows that the bank sent it back."""


class DiscrepancyAction(StrEnum):
    POST_TO_SUSPENSE = "post_to_suspense"
    LINK = "link"
    """Name the entry, or the bank line, that it is after all."""
    IMPORT_AGAIN = "import_again"


class Clearing(StrEnum):
    """How a discrepancy was closed."""

    POSTED_TO_SUSPENSE = "posted_to_suspense"
    LINKED = "linked"
    RESOLVED = "resolved"
    """What was missing came, or what differed agrees now."""
    OVERTAKEN = "overtaken"
    """It was posted to suspense, and came after all: that posting is taken back."""


class BankMatch(StrEnum):
    """How a bank line came to its payout."""

    RULE = "rule"
    """Amount, day and descriptor agreed with one payout alone."""
    PERSON = "person"
