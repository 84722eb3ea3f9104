"""Learning sets with their sessions, prices, terms and ground rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from services.ids import new_id
from services.people.words import IncomeBand
from services.sets.models import GroundRules, LearningSet, Price, SetSession, Terms
from services.sets.words import PaymentMethod, SessionStatus, SetFormat, SetMode, SetStatus
from tests.builders.dates import FAR_AHEAD, LONG_AGO

MONTH = timedelta(days=28)
MEETING = timedelta(hours=3)


@dataclass(frozen=True)
class BuiltSet:
    """The ids of a set and of what belongs to it."""

    id: UUID
    slug: str
    price_ids: tuple[UUID, ...]
    """One for each band asked for, in that order."""
    session_ids: tuple[UUID, ...]
    terms_id: UUID
    ground_rules_id: UUID

    @property
    def price_id(self) -> UUID:
        """The only price, or the first."""
        return self.price_ids[0]


def a_learning_set(
    session: Session,
    *,
    slug: str = "leading-through-change",
    capacity: int = 6,
    taken: int = 0,
    price_minor: int = 18000,
    bands: Sequence[IncomeBand | None] = (None,),
    status: SetStatus = SetStatus.PUBLISHED,
    starts_at: datetime = FAR_AHEAD,
    sessions: int = 2,
) -> BuiltSet:
    """A published set that anybody may book, by card; free where `price_minor` is 0; each band costs the same."""
    terms = Terms(id=new_id(), title="Booking terms", text="Cancel up to *14 days* before.", created_at=LONG_AGO)
    rules = GroundRules(id=new_id(), title="Ground rules", text="What is said here stays here.", created_at=LONG_AGO)
    session.add_all([terms, rules])
    session.flush()
    learning_set = _learning_set(slug, status, starts_at)
    learning_set.capacity, learning_set.taken = capacity, taken
    learning_set.terms_id, learning_set.ground_rules_id = terms.id, rules.id
    session.add(learning_set)
    session.flush()
    prices = [_price(learning_set.id, band, price_minor) for band in bands]
    meetings = [_meeting(learning_set.id, number, starts_at) for number in range(1, sessions + 1)]
    session.add_all([*prices, *meetings])
    session.flush()
    return BuiltSet(
        id=learning_set.id,
        slug=slug,
        price_ids=tuple(price.id for price in prices),
        session_ids=tuple(meeting.id for meeting in meetings),
        terms_id=terms.id,
        ground_rules_id=rules.id,
    )


def _learning_set(slug: str, status: SetStatus, starts_at: datetime) -> LearningSet:
    return LearningSet(
        id=new_id(),
        slug=slug,
        title="Leading through change",
        summary="Six managers, six meetings, real questions.",
        description="Bring **one question** you cannot answer alone.",
        theme="leadership",
        format=SetFormat.ONLINE,
        joining_link="https://meet.example/leading",
        language="en",
        timezone="Europe/London",
        status=status,
        mode=SetMode.INSTANT,
        starts_at=starts_at,
        created_at=LONG_AGO,
        updated_at=LONG_AGO,
    )


def _price(learning_set_id: UUID, band: IncomeBand | None, gross_minor: int) -> Price:
    method = PaymentMethod.CARD if gross_minor else PaymentMethod.NONE
    return Price(
        id=new_id(),
        learning_set_id=learning_set_id,
        name="A place",
        band=band,
        gross_minor=gross_minor,
        net_minor=gross_minor * 5 // 6,
        currency="GBP",
        vat_code="S20" if gross_minor else "E",
        vat_rate_percent="20" if gross_minor else "0",
        payment_methods=[method.value],
        nominal_code="4000",
    )


def _meeting(learning_set_id: UUID, number: int, first: datetime) -> SetSession:
    starts_at = first + MONTH * (number - 1)
    return SetSession(
        id=new_id(),
        learning_set_id=learning_set_id,
        number=number,
        starts_at=starts_at,
        ends_at=starts_at + MEETING,
        status=SessionStatus.SCHEDULED,
    )
