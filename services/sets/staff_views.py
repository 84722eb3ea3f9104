"""How staff see a set: everything, drafts too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from services.money import Money
from services.sets.editing import tag_of
from services.sets.errors import SetNotFound
from services.sets.models import LearningSet, Price
from services.sets.views import SessionView, Vat
from services.sets.words import SetFormat, SetStatus


@dataclass(frozen=True)
class StaffPriceView:
    id: UUID
    name: str
    band: str | None
    amount: Money
    net: Money
    vat: Vat
    vat_reason: str | None
    payment_methods: list[str]
    valid_from: datetime | None
    valid_until: datetime | None
    nominal_code: str
    cost_centre: str | None


@dataclass(frozen=True)
class StaffSetView:
    id: UUID
    tag: str
    status: SetStatus
    slug: str
    title: str
    summary: str
    description: str
    theme: str
    format: SetFormat
    location: str | None
    joining_link: str | None
    language: str
    timezone: str
    capacity: int
    places_taken: int
    minimum_numbers: int | None
    decision_on: date | None
    enrolment_opens_at: datetime | None
    enrolment_closes_at: datetime | None
    terms_id: UUID | None
    ground_rules_id: UUID | None
    sessions: list[SessionView]
    prices: list[StaffPriceView]
    facilitators: list[str]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class StaffFilters:
    status: SetStatus | None = None
    updated_since: datetime | None = None


_WHOLE = (
    selectinload(LearningSet.sessions),
    selectinload(LearningSet.prices),
    selectinload(LearningSet.facilitators),
)


def get_staff_set(session: Session, set_id: UUID) -> StaffSetView:
    """Raises SetNotFound."""
    found = session.scalars(select(LearningSet).where(LearningSet.id == set_id).options(*_WHOLE)).one_or_none()
    if found is None:
        raise SetNotFound
    return _view(found)


def list_staff_sets(session: Session, filters: StaffFilters, *, after: UUID | None, limit: int) -> list[StaffSetView]:
    """At most `limit` sets, the newest first, older than the one of the id `after`."""
    query = select(LearningSet).options(*_WHOLE).order_by(LearningSet.id.desc()).limit(limit)
    if filters.status is not None:
        query = query.where(LearningSet.status == filters.status)
    if filters.updated_since is not None:
        query = query.where(LearningSet.updated_at >= filters.updated_since)
    if after is not None:
        query = query.where(LearningSet.id < after)
    return [_view(found) for found in session.scalars(query)]


def _view(found: LearningSet) -> StaffSetView:
    return StaffSetView(
        id=found.id,
        tag=tag_of(found),
        status=found.status,
        slug=found.slug,
        title=found.title,
        summary=found.summary,
        description=found.description,
        theme=found.theme,
        format=found.format,
        location=found.location,
        joining_link=found.joining_link,
        language=found.language,
        timezone=found.timezone,
        capacity=found.capacity,
        places_taken=found.taken,
        minimum_numbers=found.minimum_numbers,
        decision_on=found.decision_on,
        enrolment_opens_at=found.enrolment_opens_at,
        enrolment_closes_at=found.enrolment_closes_at,
        terms_id=found.terms_id,
        ground_rules_id=found.ground_rules_id,
        sessions=[
            SessionView(each.id, each.number, each.starts_at, each.ends_at, each.status.value, each.sequence)
            for each in found.sessions
        ],
        prices=[_price_view(price) for price in found.prices],
        facilitators=[facilitator.name for facilitator in found.facilitators],
        created_at=found.created_at,
        updated_at=found.updated_at,
    )


def _price_view(price: Price) -> StaffPriceView:
    return StaffPriceView(
        id=price.id,
        name=price.name,
        band=price.band.value if price.band else None,
        amount=Money(price.gross_minor, price.currency),
        net=Money(price.net_minor, price.currency),
        vat=Vat(price.vat_code, price.vat_rate_percent),
        vat_reason=price.vat_reason,
        payment_methods=price.payment_methods,
        valid_from=price.valid_from,
        valid_until=price.valid_until,
        nominal_code=price.nominal_code,
        cost_centre=price.cost_centre,
    )
