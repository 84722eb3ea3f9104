"""Which columns here are personal, and how long each is kept; ids, dates, numbers and words of ours need no entry."""

from __future__ import annotations

from collections.abc import Mapping

from services.database.retention import Retention

PERSONAL: Mapping[str, Retention] = {
    "journal_entries.reason": Retention.ACCOUNTS,  # staff's own words
}
NOT_PERSONAL = frozenset(
    {
        "accounts.code",
        "accounts.name",
        "journal_entries.actor",
        "journal_entries.leg",
        "journal_entries.source_id",
        "journal_lines.cost_centre",
        "journal_lines.currency",
        "journal_lines.nominal_code",
        "journal_lines.vat_code",
    }
)
