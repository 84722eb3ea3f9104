"""The catalogue: published sets as anybody may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, func, not_, or_, select, tuple_
from sqlalchemy.orm import Session

from services.ids import Prefix, find_uuid
from services.sets.errors import EnrolmentClosed, SetNotFound
from services.sets.models import LearningSet
from services.sets.reading import SETS, is_in_window, read_whole
from services.sets.terms import Accepted
from services.sets.views import EnrolmentStatus, SetView
from services.sets.words import SetFormat, SetStatus

SHOWN = (SetStatus.PUBLISHED, SetStatus.RUNNING, SetStatus.CANCELLED)


@dataclass(frozen=True)
class Filters:
    theme: str | None = None
    format: SetFormat | None = None
    enrolment_status: EnrolmentStatus | None = None
    starts_after: datetime | None = None


@dataclass(frozen=True)
class After:
    """Where a page begins: behind the set that starts then and has this id."""

    starts_at: datetime
    set_id: UUID


@dataclass(frozen=True)
class OpenSet:
    """What a booking needs to know of a set that takes bookings now."""

    id: UUID
    slug: str
    title: str
    timezone: str
    capacity: int
    taken: int
    in_force: Accepted


_closes_at = func.coalesce(LearningSet.enrolment_closes_at, LearningSet.starts_at)
_OPEN_SET = select(
    LearningSet.id,
    LearningSet.slug,
    LearningSet.title,
    LearningSet.timezone,
    LearningSet.capacity,
    LearningSet.taken,
    LearningSet.terms_id,
    LearningSet.ground_rules_id,
    LearningSet.status,
    LearningSet.enrolment_opens_at,
    _closes_at.label("closes_at"),
).where(LearningSet.status.in_(SHOWN))
_BY_ID = LearningSet.id == bindparam("reference")
_BY_SLUG = LearningSet.slug == bindparam("reference")
_OPEN_SET_BY_ID, _OPEN_SET_BY_SLUG = _OPEN_SET.where(_BY_ID), _OPEN_SET.where(_BY_SLUG)
_SHOWN = SETS.where(LearningSet.status.in_(SHOWN))
_SHOWN_BY_ID, _SHOWN_BY_SLUG = _SHOWN.where(_BY_ID), _SHOWN.where(_BY_SLUG)
_LIST = _SHOWN.order_by(LearningSet.starts_at, LearningSet.id).limit(bindparam("limit"))
_TITLE = select(LearningSet.title).where(_BY_ID)


def list_sets(session: Session, filters: Filters, *, after: After | None, limit: int, now: datetime) -> list[SetView]:
    """At most `limit` sets in the order of their start."""
    query = _filtered(_LIST, filters, now)
    if after is not None:
        query = query.where(tuple_(LearningSet.starts_at, LearningSet.id) > (after.starts_at, after.set_id))
    return read_whole(session, query, {"limit": limit}, now=now)


def get_set(session: Session, reference: str, *, now: datetime) -> SetView:
    """The set of this id or slug."""
    set_id = find_uuid(Prefix.SET, reference)
    query = _SHOWN_BY_SLUG if set_id is None else _SHOWN_BY_ID
    found = read_whole(session, query, {"reference": set_id or reference}, now=now)
    if not found:
        raise SetNotFound
    return found[0]


def get_open_set(session: Session, reference: str, *, now: datetime) -> OpenSet:
    """The set of this id or slug, if it takes bookings now."""
    set_id = find_uuid(Prefix.SET, reference)
    query = _OPEN_SET_BY_SLUG if set_id is None else _OPEN_SET_BY_ID
    row = session.connection().execute(query, {"reference": set_id or reference}).one_or_none()
    if row is None:
        raise SetNotFound
    if row.status is not SetStatus.PUBLISHED or not is_in_window(row.enrolment_opens_at, row.closes_at, now):
        raise EnrolmentClosed
    return OpenSet(
        id=row.id,
        slug=row.slug,
        title=row.title,
        timezone=row.timezone,
        capacity=row.capacity,
        taken=row.taken,
        in_force=Accepted(row.terms_id, row.ground_rules_id),
    )


def get_title(session: Session, set_id: UUID) -> str:
    return session.connection().execute(_TITLE, {"reference": set_id}).scalar_one()


def _filtered(query: Select[*tuple[Any, ...]], filters: Filters, now: datetime) -> Select[*tuple[Any, ...]]:
    if filters.theme is not None:
        query = query.where(LearningSet.theme == filters.theme)
    if filters.format is not None:
        query = query.where(LearningSet.format == filters.format)
    if filters.starts_after is not None:
        query = query.where(LearningSet.starts_at > filters.starts_after)
    if filters.enrolment_status is not None:
        query = query.where(_has_status(filters.enrolment_status, now))
    return query


def _has_status(wanted: EnrolmentStatus, now: datetime) -> ColumnElement[bool]:
    """The same rule as the views' `enrolment_status`, for the database."""
    opened = or_(LearningSet.enrolment_opens_at.is_(None), LearningSet.enrolment_opens_at <= now)
    in_window = and_(LearningSet.status == SetStatus.PUBLISHED, opened, _closes_at > now)
    cancelled = LearningSet.status == SetStatus.CANCELLED
    return {
        EnrolmentStatus.CANCELLED: cancelled,
        EnrolmentStatus.CLOSED: and_(not_(cancelled), not_(in_window)),
        EnrolmentStatus.FULL: and_(in_window, LearningSet.taken >= LearningSet.capacity),
        EnrolmentStatus.OPEN: and_(in_window, LearningSet.taken < LearningSet.capacity),
        EnrolmentStatus.WAITING_LIST: false(),
    }[wanted]
