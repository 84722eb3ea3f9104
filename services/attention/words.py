"""The words for what needs a person."""

from __future__ import annotations

from enum import StrEnum


class AttentionKind(StrEnum):
    DUPLICATE_ENROLMENT = "duplicate_enrolment"
    PAYMENT_DIFFERS = "payment_differs"
    CHECKOUT_REFUSED = "checkout_refused"
    REFUND_FAILED = "refund_failed"
    DISPUTE_MOVED = "dispute_moved"
    IMPORT_FAILED = "import_failed"
    MONEY_UNEXPLAINED = "money_unexplained"
    LETTER_UNKNOWN = "letter_unknown"
    LETTER_REFUSED = "letter_refused"
    MAILCHIMP_REFUSED = "mailchimp_refused"
    EFFECT_FAILED = "effect_failed"
