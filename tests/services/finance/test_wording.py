"""What moved, in words: those we have, and Stripe's own for the rest."""

from __future__ import annotations

import pytest

from services.finance.wording import category, what_happened
from services.ledger.words import SourceType


@pytest.mark.parametrize(
    ("source_type", "leg", "told"),
    [
        (SourceType.PAYMENT, "taken", "Card payment"),
        (SourceType.DISPUTE, "opened:2", "Dispute"),
        (SourceType.PAYOUT, "reversed:0199e5c28f6e", "Taken back"),
        (SourceType.BALANCE_TRANSACTION, "something_new", "Balance transaction something new"),
    ],
)
def test_an_entry_is_told_by_its_source(source_type: SourceType, leg: str, told: str) -> None:
    assert what_happened(source_type, leg) == told


def test_a_category_we_have_no_words_for_keeps_its_own() -> None:
    assert (category("refund_failure"), category("risk_reserved_funds")) == (
        "Refund that failed",
        "Risk reserved funds",
    )
