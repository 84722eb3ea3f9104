"""Finance's words as a treasurer reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.finance.words import Clearing, DiscrepancyAction, DiscrepancyKind, PayoutStatus, Verdict


@dataclass(frozen=True)
class Told:
    """A word in a few words, what it means in a sentence, and the look of its badge."""

    short: str
    meaning: str
    look: str = ""

    @property
    def within(self) -> str:
        """As it stands inside a sentence."""
        return self.short[:1].lower() + self.short[1:]


BAD = "error"
"""The look of what wants looking at."""

KINDS: Mapping[DiscrepancyKind, Told] = {
    DiscrepancyKind.MISSING_HERE: Told("Missing in our books", "Stripe moved money that our books do not know.", BAD),
    DiscrepancyKind.MISSING_AT_STRIPE: Told(
        "Missing at Stripe", "Our books moved money that Stripe does not know.", BAD
    ),
    DiscrepancyKind.AMOUNT_DIFFERS: Told(
        "Amounts differ", "Stripe and our books know it, with different amounts.", BAD
    ),
    DiscrepancyKind.UNKNOWN_SOURCE: Told(
        "Unknown source", "Stripe moved money for a reason that is none of ours; it is in suspense.", BAD
    ),
    DiscrepancyKind.NOT_AT_BANK: Told(
        "Not at the bank",
        "The bank's statement covers the days on which this payout had to arrive, without it; or it failed once it was "
        "at the bank, and no statement shows yet that the bank sent it back.",
        BAD,
    ),
}

VERDICTS: Mapping[Verdict, Told] = {
    Verdict.MATCHED: Told("Matched", "Our books, Stripe's lines and the bank agree.", "success"),
    Verdict.AWAITING_BANK: Told(
        "Awaiting the bank", "Our books and Stripe's lines agree; no bank statement has shown it yet.", "warning"
    ),
    Verdict.PENDING: Told("On its way", "Stripe is still paying it, or has not listed what is in it yet."),
    Verdict.FAILED: Told("Came back", "The bank sent it back, or it was cancelled; the money is at Stripe again."),
    Verdict.DISCREPANCY: Told("Does not agree", "Something in it is unexplained.", BAD),
}

STATUSES: Mapping[PayoutStatus, str] = {
    PayoutStatus.PENDING: "being prepared",
    PayoutStatus.IN_TRANSIT: "on its way to the bank",
    PayoutStatus.PAID: "paid",
    PayoutStatus.CANCELED: "cancelled",
    PayoutStatus.FAILED: "sent back by the bank",
}

CLEARINGS: Mapping[Clearing, str] = {
    Clearing.POSTED_TO_SUSPENSE: "posted to suspense",
    Clearing.LINKED: "linked by hand",
    Clearing.RESOLVED: "came to agree by itself",
    Clearing.OVERTAKEN: "posted to suspense, and taken back when it came after all",
}


@dataclass(frozen=True)
class ToldAction:
    """A way to clear a discrepancy: its button, and what pressing it does."""

    button: str
    meaning: str


ACTIONS: Mapping[DiscrepancyAction, ToldAction] = {
    DiscrepancyAction.POST_TO_SUSPENSE: ToldAction(
        "Post to suspense",
        "Our books are made to agree, against the suspense account. Look into what lies there before the year's end.",
    ),
    DiscrepancyAction.LINK: ToldAction(
        "Link the two",
        "Say which movement at Stripe and which entry of ours are the same. What they differ by stays open.",
    ),
    DiscrepancyAction.IMPORT_AGAIN: ToldAction(
        "Import again",
        "Everything at Stripe is read once more, and this closes if that explains it. Nothing is posted twice.",
    ),
}
EXPLAINED = ToldAction("Mark as explained", "It stays in suspense, where it is already, with your reason beside it.")
"""What posting to suspense is for money that is there already."""


def told_action(kind: DiscrepancyKind, action: DiscrepancyAction) -> ToldAction:
    is_there = kind is DiscrepancyKind.UNKNOWN_SOURCE and action is DiscrepancyAction.POST_TO_SUSPENSE
    return EXPLAINED if is_there else ACTIONS[action]
