"""How long each sort of personal data is kept: the words in which every area's `personal_data.py` answers."""

from __future__ import annotations

from enum import StrEnum


class Retention(StrEnum):
    """What happens to a personal column in the end."""

    TYPED = "typed"
    """What a visitor typed and nobody confirmed: 7 days."""
    IDENTITY = "identity"
    """Who books, takes part, facilitates or is written to: 24 months after the set ends, then a pseudonym."""
    NEEDS = "needs"
    """What somebody told us so that they can take part: 30 days after the set ends."""
    SUBSCRIBER = "subscriber"
    """A reader's profile: until it is erased."""
    CONSENT = "consent"
    """Evidence of consent: while subscribed, and 6 years."""
    SUPPRESSION = "suppression"
    """The keyed hash of an address that said no: for good, or it would be written to again."""
    LEAVE_LINK = "leave_link"
    """The hash of a leave link's id: for good, so that an old letter's link still answers."""
    ADDRESS_COUNT = "address_count"
    """Counters against abuse, by keyed hash: 31 days."""
    ANSWER = "answer"
    """A stored answer to an idempotent request: 7 days."""
    WEBHOOK = "webhook"
    """A provider's raw message: 90 days, then its hash."""
    STAFF = "staff"
    """Who is on the staff list: until six years after they left, since the books name them by id."""
    ACCOUNTS = "accounts"
    """Records of money: six years after the end of their year."""
