"""The record of who agreed to what, when, how, and what they were told: one chain of hashes a subscription."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.ids import new_id
from services.newsletter.models import ConsentRecord, Subscription, Topic
from services.newsletter.words import ConsentAction, ConsentMethod, LawfulBasis

CHANNEL = "email"
OPEN = frozenset({ConsentAction.REQUESTED, ConsentAction.CONFIRMED, ConsentAction.IMPORTED})
CLOSING = frozenset({ConsentAction.REFUSED, ConsentAction.WITHDRAWN, ConsentAction.OBJECTED})


@dataclass(frozen=True)
class Evidence:
    """How a consent was given or taken back, and what the person had been told."""

    method: ConsentMethod
    actor: str
    wording_id: UUID | None = None
    privacy_notice_version: str | None = None
    form_id: str | None = None
    page_origin: str | None = None
    token_sha256: str | None = None


def record(
    session: Session,
    subscription: Subscription,
    action: ConsentAction,
    topics: Collection[str],
    evidence: Evidence,
    *,
    at: datetime,
) -> None:
    """Append one record a topic; the caller holds the subscription's lock, so that the chain does not fork."""
    if not topics:
        return
    bases = _lawful_bases(session, topics)
    last = session.scalars(
        select(ConsentRecord)
        .where(ConsentRecord.subscription_id == subscription.id)
        .order_by(ConsentRecord.number.desc())
        .limit(1)
    ).first()
    for topic in sorted(topics):
        last = _next_record(last, subscription, evidence)
        last.topic, last.action, last.lawful_basis, last.at = topic, action, bases[topic], at.astimezone(UTC)
        last.record_sha256 = _digest(last)
        session.add(last)
    session.flush()


def close(
    session: Session,
    subscription: Subscription,
    evidence: Evidence,
    *,
    at: datetime,
    topics: Collection[str] | None = None,
) -> list[str]:
    """Withdraw what was confirmed, and refuse what was only asked for, up to `at`; answers the topics concerned."""
    standing = {
        topic: action
        for topic, action in _standing(session, subscription.id, at).items()
        if action in OPEN and (topics is None or topic in topics)
    }
    asked = [topic for topic, action in standing.items() if action is ConsentAction.REQUESTED]
    given = [topic for topic, action in standing.items() if action is not ConsentAction.REQUESTED]
    record(session, subscription, ConsentAction.REFUSED, asked, evidence, at=at)
    record(session, subscription, ConsentAction.WITHDRAWN, given, evidence, at=at)
    return sorted(standing)


def still_asked(session: Session, subscription_id: UUID, topics: Iterable[str], *, since: datetime) -> list[str]:
    """Those of `topics` that nobody has said no to since they were asked for; a tie counts as a no."""
    refused = set(
        session.scalars(
            select(ConsentRecord.topic).where(
                ConsentRecord.subscription_id == subscription_id,
                ConsentRecord.action.in_(CLOSING),
                ConsentRecord.at >= since,
            )
        )
    )
    return sorted(set(topics) - refused)


def find_broken_chains(session: Session) -> list[UUID]:
    """The subscriptions whose records were altered, or of whose records one is missing before the last."""
    broken: set[UUID] = set()
    previous: ConsentRecord | None = None
    ordered = select(ConsentRecord).order_by(ConsentRecord.subscription_id, ConsentRecord.number)
    for found in session.scalars(ordered.execution_options(yield_per=500)):
        if previous is not None and previous.subscription_id != found.subscription_id:
            previous = None
        if not _follows(previous, found):
            broken.add(found.subscription_id)
        previous = found
    return sorted(broken)


def _standing(session: Session, subscription_id: UUID, at: datetime) -> dict[str, ConsentAction]:
    """The last word on each topic by then.

    By time before number: the leave of somebody who typed their address is recorded after the fact, and a sign-up newer
    than it may stand before it in the chain.
    """
    rows = session.execute(
        select(ConsentRecord.topic, ConsentRecord.action)
        .where(ConsentRecord.subscription_id == subscription_id, ConsentRecord.at <= at)
        .order_by(ConsentRecord.at, ConsentRecord.number)
    )
    return {topic: action for topic, action in rows}


def _lawful_bases(session: Session, topics: Collection[str]) -> dict[str, LawfulBasis]:
    rows = session.execute(select(Topic.slug, Topic.lawful_basis).where(Topic.slug.in_(topics)))
    return {slug: basis for slug, basis in rows}


def _next_record(last: ConsentRecord | None, subscription: Subscription, evidence: Evidence) -> ConsentRecord:
    return ConsentRecord(
        id=new_id(),
        subscription_id=subscription.id,
        number=1 if last is None else last.number + 1,
        subject_hash=subscription.address_hash,
        channel=CHANNEL,
        wording_id=evidence.wording_id,
        privacy_notice_version=evidence.privacy_notice_version,
        form_id=evidence.form_id,
        page_origin=evidence.page_origin,
        method=evidence.method,
        token_sha256=evidence.token_sha256,
        actor=evidence.actor,
        previous_sha256=None if last is None else last.record_sha256,
    )


def _follows(previous: ConsentRecord | None, found: ConsentRecord) -> bool:
    number, sha256 = (0, None) if previous is None else (previous.number, previous.record_sha256)
    return found.number == number + 1 and found.previous_sha256 == sha256 and found.record_sha256 == _digest(found)


def _digest(record: ConsentRecord) -> str:
    """SHA-256 of everything the record says; what it says nothing about is left out, so that columns may be added."""
    names = [column.key for column in ConsentRecord.__table__.columns if column.key != "record_sha256"]
    said = {name: _as_text(value) for name in names if (value := getattr(record, name)) is not None}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else str(value)
