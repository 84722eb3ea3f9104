"""Terms and ground rules: immutable versions, accepted by id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.errors import InvalidFields
from services.ids import Prefix, new_id, to_public
from services.sets.errors import TermsOutOfDate
from services.sets.models import GroundRules, Terms

Text = TypeVar("Text", Terms, GroundRules)


@dataclass(frozen=True)
class WrittenText:
    """One version of a text, as staff wrote it."""

    id: UUID
    title: str
    text: str
    """Markdown."""
    created_at: datetime


@dataclass(frozen=True)
class Accepted:
    """Which version of each text somebody accepts; None for a text the set lacks."""

    terms_id: UUID | None
    ground_rules_id: UUID | None


def add_terms(session: Session, title: str, text: str, *, now: datetime) -> UUID:
    terms = Terms(id=new_id(), title=title, text=text, created_at=now)
    session.add(terms)
    session.flush()
    return terms.id


def add_ground_rules(session: Session, title: str, text: str, *, now: datetime) -> UUID:
    rules = GroundRules(id=new_id(), title=title, text=text, created_at=now)
    session.add(rules)
    session.flush()
    return rules.id


def list_terms(
    session: Session, *, after: UUID | None, limit: int, added_since: datetime | None = None
) -> list[WrittenText]:
    """At most `limit` versions, the newest first, older than the one of the id `after`."""
    return _list_texts(session, Terms, after, limit, added_since)


def list_ground_rules(
    session: Session, *, after: UUID | None, limit: int, added_since: datetime | None = None
) -> list[WrittenText]:
    """The same for ground rules."""
    return _list_texts(session, GroundRules, after, limit, added_since)


def require_known_texts(session: Session, terms_id: UUID | None, ground_rules_id: UUID | None) -> None:
    """Refuse ids of texts that do not exist."""
    if terms_id is not None and session.get(Terms, terms_id) is None:
        raise InvalidFields({"/terms_id": "There are no such terms."})
    if ground_rules_id is not None and session.get(GroundRules, ground_rules_id) is None:
        raise InvalidFields({"/ground_rules_id": "There are no such ground rules."})


def _list_texts(
    session: Session, kind: type[Text], after: UUID | None, limit: int, added_since: datetime | None
) -> list[WrittenText]:
    query = select(kind).order_by(kind.id.desc()).limit(limit)
    if added_since is not None:
        query = query.where(kind.created_at >= added_since)
    if after is not None:
        query = query.where(kind.id < after)
    return [WrittenText(each.id, each.title, each.text, each.created_at) for each in session.scalars(query)]


def require_in_force(accepted: Accepted, in_force: Accepted) -> None:
    """Refuse unless exactly the versions in force were accepted."""
    if accepted != in_force:
        raise TermsOutOfDate(
            {
                "terms": to_public(Prefix.TERMS, in_force.terms_id) if in_force.terms_id else None,
                "ground_rules": (
                    to_public(Prefix.GROUND_RULES, in_force.ground_rules_id) if in_force.ground_rules_id else None
                ),
            }
        )
