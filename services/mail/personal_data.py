"""Which columns here are personal, and how long each is kept; ids, dates, numbers and words of ours need no entry."""

from __future__ import annotations

from collections.abc import Mapping

from services.database.retention import Retention

PERSONAL: Mapping[str, Retention] = {
    "letters.address_hash": Retention.IDENTITY,
    "letters.facts": Retention.IDENTITY,  # emptied much earlier: once it is sent or dropped
    "letters.to_address": Retention.IDENTITY,
}
NOT_PERSONAL = frozenset(
    {
        "letters.message_id",
    }
)
