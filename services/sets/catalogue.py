"""The catalogue: published sets as anybody may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload

from services.ids import Prefix, find_uuid
from services.money import Money
from services.sets.errors import EnrolmentClosed, SetNotFound
from services.sets.models import GroundRules, LearningSet, Price, Terms
from services.sets.pricing import is_valid
from services.sets.prose import to_html
from services.sets.terms import Accepted
from services.sets.views import EnrolmentStatus, FacilitatorView, PriceView, SessionView, SetView, TextView, Vat
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


_WHOLE = (
    selectinload(LearningSet.sessions),
    selectinload(LearningSet.prices),
    selectinload(LearningSet.facilitators),
    joinedload(LearningSet.terms),
    joinedload(LearningSet.ground_rules),
)
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


def list_sets(session: Session, filters: Filters, *, after: After | None, limit: int, now: datetime) -> list[SetView]:
    """At most `limit` sets in the order of their start."""
    query = select(LearningSet).where(LearningSet.status.in_(SHOWN)).options(*_WHOLE)
    query = _filtered(query, filters, now)
    if after is not None:
        query = query.where(tuple_(LearningSet.starts_at, LearningSet.id) > (after.starts_at, after.set_id))
    found = session.scalars(query.order_by(LearningSet.starts_at, LearningSet.id).limit(limit)).unique()
    return [_view(learning_set, now) for learning_set in found]


def get_set(session: Session, reference: str, *, now: datetime) -> SetView:
    """The set of this id or slug."""
    query = select(LearningSet).where(LearningSet.status.in_(SHOWN), _names(reference)).options(*_WHOLE)
    found = session.scalars(query).unique().one_or_none()
    if found is None:
        raise SetNotFound
    return _view(found, now)


def get_open_set(session: Session, reference: str, *, now: datetime) -> OpenSet:
    """The set of this id or slug, if it takes bookings now."""
    row = session.execute(_OPEN_SET.where(_names(reference))).one_or_none()
    if row is None:
        raise SetNotFound
    if row.status is not SetStatus.PUBLISHED or not _window_open(row.enrolment_opens_at, row.closes_at, now):
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
    return session.scalars(select(LearningSet.title).where(LearningSet.id == set_id)).one()


def _names(reference: str) -> ColumnElement[bool]:
    set_id = find_uuid(Prefix.SET, reference)
    return LearningSet.slug == reference if set_id is None else LearningSet.id == set_id


def _window_open(opens_at: datetime | None, closes_at: datetime, now: datetime) -> bool:
    return (opens_at is None or opens_at <= now) and now < closes_at


def _filtered(query: Select[Any], filters: Filters, now: datetime) -> Select[Any]:
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
    """The same rule as `enrolment_status`, for the database."""
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


def _enrolment_status(learning_set: LearningSet, now: datetime) -> EnrolmentStatus:
    if learning_set.status is SetStatus.CANCELLED:
        return EnrolmentStatus.CANCELLED
    if learning_set.status is not SetStatus.PUBLISHED or not _window_open(
        learning_set.enrolment_opens_at, learning_set.enrolment_closes_at or learning_set.starts_at, now
    ):
        return EnrolmentStatus.CLOSED
    return EnrolmentStatus.FULL if learning_set.taken >= learning_set.capacity else EnrolmentStatus.OPEN


def _view(learning_set: LearningSet, now: datetime) -> SetView:
    return SetView(
        id=learning_set.id,
        slug=learning_set.slug,
        title=learning_set.title,
        summary=learning_set.summary,
        description=learning_set.description,
        description_html=to_html(learning_set.description),
        theme=learning_set.theme,
        format=learning_set.format,
        location=learning_set.location,
        language=learning_set.language,
        enrolment_status=_enrolment_status(learning_set, now),
        mode=learning_set.mode,
        capacity=learning_set.capacity,
        places_left=learning_set.capacity - learning_set.taken,
        minimum_numbers=learning_set.minimum_numbers,
        decision_on=learning_set.decision_on,
        timezone=learning_set.timezone,
        starts_at=learning_set.starts_at,
        sessions=[
            SessionView(each.id, each.number, each.starts_at, each.ends_at, each.status.value, each.sequence)
            for each in learning_set.sessions
        ],
        prices=[_price_view(price) for price in learning_set.prices if is_valid(price, now)],
        terms=_text_view(learning_set.terms),
        ground_rules=_text_view(learning_set.ground_rules),
        facilitators=[FacilitatorView(facilitator.name) for facilitator in learning_set.facilitators],
    )


def _price_view(price: Price) -> PriceView:
    return PriceView(
        id=price.id,
        name=price.name,
        band=price.band.value if price.band else None,
        amount=Money(price.gross_minor, price.currency),
        vat=Vat(price.vat_code, price.vat_rate_percent),
        payment_methods=price.payment_methods,
    )


def _text_view(text: Terms | GroundRules | None) -> TextView | None:
    return TextView(text.id, text.title, to_html(text.text)) if text else None
