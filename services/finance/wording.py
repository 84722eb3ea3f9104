"""What moved, in words that a bookkeeper reads on a page or in a program of their own."""

from __future__ import annotations

from collections.abc import Mapping

from services.finance.postings import (
    AT_BANK,
    CHARGE,
    DISPUTE,
    DISPUTE_REVERSAL,
    FEE,
    PAYOUT,
    PAYOUT_REVERSAL,
    REFUND,
    REFUND_FAILURE,
    RETURNED,
)
from services.ledger.journal import REVERSED
from services.ledger.words import SourceType
from services.payments.postings import FAILED, LOST, OPENED, REFUNDED, TAKEN, WON

CATEGORIES: Mapping[str, str] = {
    CHARGE: "Card payment",
    REFUND: "Refund",
    REFUND_FAILURE: "Refund that failed",
    DISPUTE: "Dispute",
    DISPUTE_REVERSAL: "Dispute won",
    PAYOUT: "Payout",
    PAYOUT_REVERSAL: "Payout that came back",
    FEE: "Stripe's fee",
    "topup": "Top-up",
}

ENTRIES: Mapping[tuple[SourceType, str], str] = {
    (SourceType.PAYMENT, TAKEN): "Card payment",
    (SourceType.REFUND, REFUNDED): "Refund",
    (SourceType.REFUND, FAILED): "Refund that failed",
    (SourceType.DISPUTE, OPENED): "Dispute",
    (SourceType.DISPUTE, WON): "Dispute won",
    (SourceType.DISPUTE, LOST): "Dispute lost",
    (SourceType.BALANCE_TRANSACTION, "fee"): "Stripe's fee",
    (SourceType.BALANCE_TRANSACTION, "gross"): "Moved at Stripe",
    (SourceType.PAYOUT, AT_BANK): "Payout at the bank",
    (SourceType.PAYOUT, RETURNED): "Payout sent back",
    (SourceType.DISCREPANCY, "suspense"): "Posted to suspense",
}


def category(reporting_category: str) -> str:
    """A category of Stripe's; one that we have no words for, in its own."""
    return CATEGORIES.get(reporting_category) or _plain(reporting_category)


def what_happened(source_type: SourceType, leg: str) -> str:
    """What an entry of the journal tells; a dispute's second turn like its first."""
    if leg.startswith(REVERSED):
        return "Taken back"
    return ENTRIES.get((source_type, leg.partition(":")[0])) or _plain(f"{source_type} {leg}")


def _plain(word: str) -> str:
    return word.replace("_", " ").capitalize()
