"""Which columns here are personal, and how long each is kept; ids, dates, numbers and words of ours need no entry."""

from __future__ import annotations

from collections.abc import Mapping

from services.database.retention import Retention

PERSONAL: Mapping[str, Retention] = {
    "organisations.name": Retention.IDENTITY,  # often says who somebody is
    "persons.email": Retention.IDENTITY,
    "persons.name": Retention.IDENTITY,
    "sign_in_links.email": Retention.TYPED,
    "staff_members.email": Retention.STAFF,
    "staff_members.name": Retention.STAFF,
    "staff_sign_in_links.email": Retention.TYPED,
}
NOT_PERSONAL = frozenset(
    {
        "organisations.charity_number",
        "sign_in_links.token_sha256",
        "staff_members.scopes",
        "staff_sessions.token_sha256",
        "staff_sign_in_links.leads_to",
        "staff_sign_in_links.token_sha256",
    }
)
