"""Which columns here are personal, and how long each is kept; ids, dates, numbers and words of ours need no entry."""

from __future__ import annotations

from collections.abc import Mapping

from services.database.retention import Retention

PERSONAL: Mapping[str, Retention] = {
    "suppressions.address_hash": Retention.SUPPRESSION,
}
NOT_PERSONAL = frozenset(
    {
        "pepper_canaries.proof",
        "suppressions.reason",
        "suppressions.scope",
        "suppressions.source",
    }
)
