"""Which columns here are personal, and how long each is kept; ids, dates, numbers and words of ours need no entry."""

from __future__ import annotations

from collections.abc import Mapping

from services.database.retention import Retention

PERSONAL: Mapping[str, Retention] = {
    "address_requests.address_hash": Retention.TYPED,
    "address_requests.email": Retention.TYPED,
    "confirmations.name": Retention.TYPED,
    "confirmations.topics": Retention.TYPED,
    "consent_records.previous_sha256": Retention.CONSENT,
    "consent_records.record_sha256": Retention.CONSENT,
    "consent_records.subject_hash": Retention.CONSENT,
    "consent_records.token_sha256": Retention.CONSENT,
    "consent_records.topic": Retention.CONSENT,
    "leave_links.id_sha256": Retention.LEAVE_LINK,
    "sign_up_requests.address_hash": Retention.TYPED,
    "sign_up_requests.email": Retention.TYPED,
    "sign_up_requests.name": Retention.TYPED,
    "sign_up_requests.topics": Retention.TYPED,
    "subscriptions.address_hash": Retention.SUBSCRIBER,
    "subscriptions.email": Retention.SUBSCRIBER,
    "subscriptions.name": Retention.SUBSCRIBER,
}
NOT_PERSONAL = frozenset(
    {
        "confirmations.form_id",
        "confirmations.page_origin",
        "confirmations.token_sha256",
        "consent_records.actor",
        "consent_records.channel",
        "consent_records.form_id",
        "consent_records.page_origin",
        "consent_records.privacy_notice_version",
        "sign_up_requests.form_id",
        "sign_up_requests.page_origin",
        "topics.description",
        "topics.name",
        "topics.slug",
        "wordings.language",
        "wordings.privacy_notice_version",
        "wordings.text",
        "wordings.text_sha256",
    }
)
