"""What an entry may come from."""

from __future__ import annotations

from enum import StrEnum


class SourceType(StrEnum):
    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"
    BALANCE_TRANSACTION = "balance_transaction"
    """Stripe's fees, payouts and whatever we do not know: the source's id is Stripe's."""
    PAYOUT = "payout"
    """What the bank's statement says of a payout; the source's id is Stripe's."""
    DISCREPANCY = "discrepancy"
    """What staff posted to clear one."""
