"""Making a booking, finding it again, and showing it to whoever may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session, joinedload, selectinload

from services.bookings.errors import BookingNotFound, TooManyPlaces
from services.bookings.models import Booking, Enrolment
from services.bookings.moves import ALLOWED, TAKES_PLACES, Cause, record_first
from services.bookings.words import BookingStatus
from services.errors import InvalidFields
from services.ids import new_id
from services.money import Money
from services.people.directory import known_or_new_person
from services.people.models import Person
from services.sets.pricing import FrozenPrice
from services.sets.terms import Accepted
from services.sets.words import PaymentMethod


@dataclass(frozen=True)
class Participant:
    """Somebody who is to have a place, as the booker names them."""

    name: str
    email: str
    """Normalised."""
    answers: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NewBooking:
    """A booking that is about to be made; prices and terms are settled by now."""

    id: UUID
    set_id: UUID
    site_id: UUID | None
    booker_name: str
    booker_email: str
    organisation_id: UUID | None
    participants: Sequence[Participant]
    payment_method: PaymentMethod
    price: FrozenPrice
    accepted: Accepted
    return_url: str | None
    held_until: datetime | None
    """None for a free booking, which is confirmed at once."""


@dataclass(frozen=True)
class EnrolmentView:
    id: UUID
    name: str


@dataclass(frozen=True)
class BookingView:
    """A booking as its holder may see it."""

    id: UUID
    set_id: UUID
    status: BookingStatus
    payment_method: PaymentMethod
    total: Money
    held_until: datetime | None
    payment_pending: bool
    return_url: str | None
    created_at: datetime
    confirmed_at: datetime | None
    enrolments: list[EnrolmentView]


_ADD_BOOKING = insert(Booking)
_ADD_ENROLMENTS = insert(Enrolment)
_ELSEWHERE = (
    select(Enrolment.person_id)
    .join(Booking, Booking.id == Enrolment.booking_id)
    .where(
        Booking.learning_set_id == bindparam("set_id"),
        Booking.id != bindparam("booking_id"),
        Booking.status.in_(TAKES_PLACES),
        Enrolment.person_id.in_(bindparam("person_ids", expanding=True)),
    )
)


def make_booking(session: Session, new: NewBooking, *, capacity: int, actor: str, now: datetime) -> Booking:
    """Write the booking, its enrolments and its audit row; the caller takes the places, last, in this transaction.

    The answer says what was written and belongs to no session: to change the booking, lock its row.
    """
    if len(new.participants) > capacity:
        raise TooManyPlaces(capacity)
    cause = Cause.BOOKED if new.held_until else Cause.BOOKED_FREE
    _require_distinct(new.participants)
    persons = _persons(session, new, now)
    booker = persons[new.booker_email.casefold()]
    columns = _columns(new, ALLOWED[None, cause], now) | {"booker_id": booker.id}
    enrolments = _enrolment_columns(new, persons)
    session.connection().execute(_ADD_BOOKING, columns)
    session.connection().execute(_ADD_ENROLMENTS, enrolments)
    booking = Booking(**columns, booker=booker, enrolments=_with_persons(enrolments, persons))
    record_first(session, booking, cause, actor=actor, now=now)
    return booking


def get_locked(session: Session, booking_id: UUID) -> Booking:
    """The row, locked until the transaction ends, with its enrolments; lock a booking before its set."""
    query = (
        select(Booking)
        .where(Booking.id == booking_id)
        .options(selectinload(Booking.enrolments).joinedload(Enrolment.person), joinedload(Booking.booker))
        .with_for_update(of=Booking)
        .execution_options(populate_existing=True)
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise BookingNotFound
    return found


def get_booking(session: Session, booking_id: UUID) -> BookingView:
    query = select(Booking).where(Booking.id == booking_id).options(selectinload(Booking.enrolments))
    found = session.scalars(query).one_or_none()
    if found is None:
        raise BookingNotFound
    return view(found)


def list_elsewhere_enrolled(session: Session, booking: Booking) -> list[Enrolment]:
    """Enrolments of this booking whose person has a place on the same set by another live booking."""
    asked = {
        "set_id": booking.learning_set_id,
        "booking_id": booking.id,
        "person_ids": [enrolment.person_id for enrolment in booking.enrolments],
    }
    known = set(session.connection().execute(_ELSEWHERE, asked).scalars())
    return [enrolment for enrolment in booking.enrolments if enrolment.person_id in known]


def booked_them_before(session: Session, booking: Booking, enrolment: Enrolment) -> bool:
    """Whether this booking's booker also made the live booking by which the person has a place already."""
    query = (
        select(Booking.id)
        .join(Enrolment, Enrolment.booking_id == Booking.id)
        .where(
            Booking.learning_set_id == booking.learning_set_id,
            Booking.id != booking.id,
            Booking.status.in_(TAKES_PLACES),
            Booking.booker_id == booking.booker_id,
            Enrolment.person_id == enrolment.person_id,
        )
        .limit(1)
    )
    return session.scalar(query) is not None


def view(booking: Booking) -> BookingView:
    return BookingView(
        id=booking.id,
        set_id=booking.learning_set_id,
        status=booking.status,
        payment_method=booking.payment_method,
        total=Money(booking.total_minor, booking.currency),
        held_until=booking.held_until,
        payment_pending=booking.payment_pending,
        return_url=booking.return_url,
        created_at=booking.created_at,
        confirmed_at=booking.confirmed_at,
        enrolments=[EnrolmentView(enrolment.id, enrolment.name) for enrolment in booking.enrolments],
    )


def _require_distinct(participants: Sequence[Participant]) -> None:
    seen = set()
    for position, participant in enumerate(participants):
        if participant.email.casefold() in seen:
            raise InvalidFields({f"/participants/{position}/email": "This person is in the booking already."})
        seen.add(participant.email.casefold())


def _persons(session: Session, new: NewBooking, now: datetime) -> dict[str, Person]:
    """By address; added in one order, so that two bookings never wait for each other in a circle."""
    names = {new.booker_email.casefold(): new.booker_name}
    names |= {participant.email.casefold(): participant.name for participant in new.participants}
    return {
        email: known_or_new_person(session, email=email, name=name, now=now) for email, name in sorted(names.items())
    }


def _enrolment_columns(new: NewBooking, persons: dict[str, Person]) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(),
            "booking_id": new.id,
            "person_id": persons[participant.email.casefold()].id,
            "position": position,
            "name": participant.name,
            "answers": participant.answers,
        }
        for position, participant in enumerate(new.participants, start=1)
    ]


def _with_persons(enrolments: list[dict[str, Any]], persons: dict[str, Person]) -> list[Enrolment]:
    by_id = {person.id: person for person in persons.values()}
    return [Enrolment(**columns, person=by_id[columns["person_id"]]) for columns in enrolments]


def _columns(new: NewBooking, status: BookingStatus, now: datetime) -> dict[str, Any]:
    price, places = new.price, len(new.participants)
    return {
        "id": new.id,
        "learning_set_id": new.set_id,
        "price_id": price.price_id,
        "booker_name": new.booker_name,
        "organisation_id": new.organisation_id,
        "site_id": new.site_id,
        "status": status,
        "payment_method": new.payment_method,
        "places": places,
        "price_name": price.name,
        "band": price.band,
        "gross_minor": price.gross.amount_minor,
        "net_minor": price.net.amount_minor,
        "total_minor": (price.gross * places).amount_minor,
        "currency": price.gross.currency,
        "vat_code": price.vat_code,
        "vat_rate_percent": price.vat_rate_percent,
        "vat_reason": price.vat_reason,
        "nominal_code": price.nominal_code,
        "cost_centre": price.cost_centre,
        "terms_id": new.accepted.terms_id,
        "ground_rules_id": new.accepted.ground_rules_id,
        "accepted_at": now,
        "return_url": new.return_url,
        "held_until": new.held_until,
        "hold_extended": False,
        "payment_pending": False,
        "created_at": now,
        "updated_at": now,
        "confirmed_at": now if status is BookingStatus.CONFIRMED else None,
    }
