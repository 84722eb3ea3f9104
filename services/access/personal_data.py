"""Which columns here are personal, and how long each is kept; ids, dates, numbers and words of ours need no entry."""

from __future__ import annotations

from collections.abc import Mapping

from services.database.retention import Retention

PERSONAL: Mapping[str, Retention] = {}
NOT_PERSONAL = frozenset(
    {
        "sites.name",
        "sites.origins",
        "sites.publishable_key",
        "staff_keys.key_sha256",
        "staff_keys.name",
        "staff_keys.scopes",
    }
)
