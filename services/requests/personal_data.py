"""Which columns here are personal, and how long each is kept; ids, dates, numbers and words of ours need no entry."""

from __future__ import annotations

from collections.abc import Mapping

from services.database.retention import Retention

PERSONAL: Mapping[str, Retention] = {
    "address_stamps.address_hash": Retention.ADDRESS_COUNT,
    "request_counts.subject_hash": Retention.ADDRESS_COUNT,
    "idempotent_requests.fingerprint": Retention.ANSWER,
    "idempotent_requests.key": Retention.ANSWER,  # chosen by the caller, who may have made it from anything
    "idempotent_requests.result": Retention.ANSWER,
}
NOT_PERSONAL = frozenset(
    {
        "address_stamps.kind",
        "idempotent_requests.principal",
        "idempotent_requests.route",
        "request_counts.kind",
        "spent_nonces.nonce",
        "spent_nonces.request_sha256",
    }
)
