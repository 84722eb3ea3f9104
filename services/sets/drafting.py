"""Writing a set down before anybody sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.audit.log import Change, record
from services.errors import InvalidFields
from services.ids import new_id
from services.sets.meetings import Meeting, require_forward, session_rows
from services.sets.models import Facilitator, LearningSet
from services.sets.pricing import NewPrice, price_row, require_currency
from services.sets.slugs import flush_slug, require_free
from services.sets.terms import require_known_texts
from services.sets.words import SetFormat, SetMode, SetStatus


@dataclass(frozen=True)
class NewSet:
    """A set as it is first written down."""

    slug: str
    title: str
    summary: str
    description: str
    """Markdown."""
    theme: str
    format: SetFormat
    capacity: int
    timezone: str
    meetings: Sequence[Meeting]
    """One at least."""
    prices: Sequence[NewPrice] = ()
    facilitators: Sequence[str] = ()
    minimum_numbers: int | None = None
    decision_on: date | None = None
    terms_id: UUID | None = None
    ground_rules_id: UUID | None = None
    location: str | None = None
    joining_link: str | None = None
    language: str = "en"
    enrolment_opens_at: datetime | None = None
    enrolment_closes_at: datetime | None = None


def add_set(session: Session, new: NewSet, *, actor: str, now: datetime) -> UUID:
    """Add a draft; answers its id. Raises SlugTaken and InvalidFields."""
    require_free(session, new.slug)
    require_known_texts(session, new.terms_id, new.ground_rules_id)
    for position, meeting in enumerate(new.meetings):
        require_forward(meeting, f"/sessions/{position}")
    for position, price in enumerate(new.prices):
        require_currency(price, new.prices[0].amount.currency, f"/prices/{position}")
    require_reachable(new.minimum_numbers, new.capacity)
    require_window(new.enrolment_opens_at, new.enrolment_closes_at)
    learning_set = _row(new, now)
    session.add(learning_set)
    flush_slug(session)
    record(session, Change(actor, "set.created", "set", learning_set.id), at=now)
    return learning_set.id


def require_reachable(minimum_numbers: int | None, capacity: int) -> None:
    if minimum_numbers is not None and minimum_numbers > capacity:
        raise InvalidFields({"/minimum_numbers": "More than the set has places."})


def require_window(opens_at: datetime | None, closes_at: datetime | None) -> None:
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise InvalidFields({"/enrolment_closes_at": "Enrolment closes after it opens."})


def facilitator_rows(names: Sequence[str]) -> list[Facilitator]:
    return [Facilitator(id=new_id(), position=position, name=name) for position, name in enumerate(names, start=1)]


def _row(new: NewSet, now: datetime) -> LearningSet:
    sessions = session_rows(new.meetings)
    return LearningSet(
        id=new_id(),
        slug=new.slug,
        title=new.title,
        summary=new.summary,
        description=new.description,
        theme=new.theme,
        format=new.format,
        location=new.location,
        joining_link=new.joining_link,
        language=new.language,
        timezone=new.timezone,
        status=SetStatus.DRAFT,
        mode=SetMode.INSTANT,
        capacity=new.capacity,
        taken=0,
        minimum_numbers=new.minimum_numbers,
        decision_on=new.decision_on,
        starts_at=sessions[0].starts_at,
        enrolment_opens_at=new.enrolment_opens_at,
        enrolment_closes_at=new.enrolment_closes_at,
        terms_id=new.terms_id,
        ground_rules_id=new.ground_rules_id,
        created_at=now,
        updated_at=now,
        sessions=sessions,
        prices=[price_row(price) for price in new.prices],
        facilitators=facilitator_rows(new.facilitators),
    )
