"""Which columns here are personal, and how long each is kept; ids, dates, numbers and words of ours need no entry."""

from __future__ import annotations

from collections.abc import Mapping

from services.database.retention import Retention

PERSONAL: Mapping[str, Retention] = {
    "facilitators.name": Retention.IDENTITY,
}
NOT_PERSONAL = frozenset(
    {
        "former_slugs.slug",
        "ground_rules.text",
        "ground_rules.title",
        "learning_sets.description",
        "learning_sets.joining_link",
        "learning_sets.language",
        "learning_sets.location",
        "learning_sets.slug",
        "learning_sets.summary",
        "learning_sets.theme",
        "learning_sets.timezone",
        "learning_sets.title",
        "prices.cost_centre",
        "prices.currency",
        "prices.name",
        "prices.nominal_code",
        "prices.payment_methods",
        "prices.vat_code",
        "prices.vat_rate_percent",
        "prices.vat_reason",
        "terms.text",
        "terms.title",
    }
)
