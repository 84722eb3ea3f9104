"""What one may read about, and the words in which people agree to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.database.writes import insert_once
from services.errors import InvalidFields
from services.ids import new_id
from services.newsletter.errors import NewsletterNotSetUp
from services.newsletter.models import Topic, Wording
from services.newsletter.words import LawfulBasis
from services.tokens import sha256_hex


@dataclass(frozen=True)
class TopicView:
    slug: str
    name: str
    lawful_basis: LawfulBasis
    description: str


@dataclass(frozen=True)
class WordingView:
    """A text, for good: another text is another wording."""

    id: UUID
    text: str
    language: str
    privacy_notice_version: str


def list_topics(session: Session) -> list[TopicView]:
    """All topics, in the order the charity gave them."""
    rows = session.scalars(select(Topic).order_by(Topic.position, Topic.slug))
    return [TopicView(row.slug, row.name, row.lawful_basis, row.description) for row in rows]


def get_wording_in_force(session: Session, *, now: datetime) -> WordingView:
    """The newest wording that has come into force; raises NewsletterNotSetUp."""
    row = session.scalars(
        select(Wording)
        .where(Wording.in_force_from <= now)
        .order_by(Wording.in_force_from.desc(), Wording.id.desc())
        .limit(1)
    ).first()
    if row is None:
        raise NewsletterNotSetUp
    return _view(row)


def get_wording(session: Session, wording_id: UUID) -> WordingView:
    return _view(session.get_one(Wording, wording_id))


def require_known(session: Session, topics: Sequence[str], wording_id: UUID, *, pointer: str) -> None:
    """Raise InvalidFields for a topic or wording that does not exist; `pointer` leads to what holds the two fields.

    An earlier wording is taken: the form that showed it may have been open for days, and it is what people were told.
    """
    known = set(session.scalars(select(Topic.slug)))
    errors = {
        f"{pointer}/topics/{place}": "There is no such topic" for place, slug in enumerate(topics) if slug not in known
    }
    if not topics:
        errors[f"{pointer}/topics"] = "Choose at least one topic"
    if session.get(Wording, wording_id) is None:
        errors[f"{pointer}/wording_id"] = "There is no such wording"
    if errors:
        raise InvalidFields(errors)


def add_topic(session: Session, topic: TopicView, *, position: int) -> None:
    """Add a topic, unless its slug is there already."""
    insert_once(
        session,
        Topic,
        slug=topic.slug,
        name=topic.name,
        description=topic.description,
        lawful_basis=topic.lawful_basis,
        position=position,
    )


def add_wording(session: Session, text: str, *, language: str, privacy_notice_version: str, now: datetime) -> UUID:
    """Put a wording in force from now on; the same text in the same language and notice is the same wording."""
    known = session.scalars(
        select(Wording.id).where(
            Wording.text_sha256 == sha256_hex(text),
            Wording.language == language,
            Wording.privacy_notice_version == privacy_notice_version,
        )
    ).first()
    if known is not None:
        return known
    wording = Wording(
        id=new_id(),
        text=text,
        text_sha256=sha256_hex(text),
        language=language,
        privacy_notice_version=privacy_notice_version,
        in_force_from=now,
    )
    session.add(wording)
    session.flush()
    return wording.id


def _view(row: Wording) -> WordingView:
    return WordingView(row.id, row.text, row.language, row.privacy_notice_version)
