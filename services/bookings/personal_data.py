"""Which columns here are personal, and how long each is kept; ids, dates, numbers and words of ours need no entry."""

from __future__ import annotations

from collections.abc import Mapping

from services.database.retention import Retention

PERSONAL: Mapping[str, Retention] = {
    "bookings.booker_name": Retention.IDENTITY,
    "bookings.return_url": Retention.IDENTITY,  # a site may have put anything into its query
    "enrolments.answers": Retention.NEEDS,
    "enrolments.name": Retention.IDENTITY,
}
NOT_PERSONAL = frozenset(
    {
        "bookings.cost_centre",
        "bookings.currency",
        "bookings.nominal_code",
        "bookings.price_name",
        "bookings.purchase_order",
        "bookings.vat_code",
        "bookings.vat_rate_percent",
        "bookings.vat_reason",
    }
)
