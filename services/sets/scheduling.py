"""Putting a set into the catalogue, with its sessions, prices and texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.ids import new_id
from services.people.words import IncomeBand
from services.sets.models import Facilitator, GroundRules, LearningSet, Price, SetSession, Terms
from services.sets.words import PaymentMethod, SessionStatus, SetFormat, SetMode, SetStatus


@dataclass(frozen=True)
class NewPrice:
    """What one place costs; exempt from VAT unless said otherwise."""

    name: str
    gross_minor: int
    net_minor: int
    payment_methods: Sequence[PaymentMethod]
    band: IncomeBand | None = None
    currency: str = "GBP"
    vat_code: str = "E"
    vat_rate_percent: str = "0"
    vat_reason: str | None = None
    nominal_code: str = "4000"
    cost_centre: str | None = None


@dataclass(frozen=True)
class Meeting:
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class NewSet:
    """A set as it is to be published."""

    slug: str
    title: str
    summary: str
    description: str
    theme: str
    format: SetFormat
    capacity: int
    minimum_numbers: int
    decision_on: date
    timezone: str
    meetings: Sequence[Meeting]
    prices: Sequence[NewPrice]
    facilitators: Sequence[str]
    terms_id: UUID
    ground_rules_id: UUID
    location: str | None = None
    joining_link: str | None = None


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


def publish_set(session: Session, new: NewSet, *, now: datetime) -> UUID:
    """Add a set that takes bookings from now until its first session."""
    learning_set = LearningSet(
        id=new_id(),
        slug=new.slug,
        title=new.title,
        summary=new.summary,
        description=new.description,
        theme=new.theme,
        format=new.format,
        location=new.location,
        joining_link=new.joining_link,
        language="en",
        timezone=new.timezone,
        status=SetStatus.PUBLISHED,
        mode=SetMode.INSTANT,
        capacity=new.capacity,
        taken=0,
        minimum_numbers=new.minimum_numbers,
        decision_on=new.decision_on,
        starts_at=min(meeting.starts_at for meeting in new.meetings),
        terms_id=new.terms_id,
        ground_rules_id=new.ground_rules_id,
        created_at=now,
        updated_at=now,
        sessions=[_session(number, meeting) for number, meeting in enumerate(new.meetings, start=1)],
        prices=[_price(price) for price in new.prices],
        facilitators=[
            Facilitator(id=new_id(), position=position, name=name)
            for position, name in enumerate(new.facilitators, start=1)
        ],
    )
    session.add(learning_set)
    session.flush()
    return learning_set.id


def _session(number: int, meeting: Meeting) -> SetSession:
    return SetSession(
        id=new_id(),
        number=number,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        status=SessionStatus.SCHEDULED,
        sequence=0,
    )


def _price(new: NewPrice) -> Price:
    return Price(
        id=new_id(),
        name=new.name,
        band=new.band,
        gross_minor=new.gross_minor,
        net_minor=new.net_minor,
        currency=new.currency,
        vat_code=new.vat_code,
        vat_rate_percent=new.vat_rate_percent,
        vat_reason=new.vat_reason,
        payment_methods=[method.value for method in new.payment_methods],
        nominal_code=new.nominal_code,
        cost_centre=new.cost_centre,
    )
