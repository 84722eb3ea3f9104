"""The letters of a booking, queued in the transaction of what they tell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from services.attention.items import open_item
from services.attention.words import AttentionKind
from services.bookings.booking import booked_them_before, list_elsewhere_enrolled
from services.bookings.models import Booking
from services.ids import Prefix, to_public
from services.journeys.checkout_order import holder_page
from services.mail.calendar import SessionDate, SetDates
from services.mail.letters import (
    AlreadyEnrolled,
    BookingConfirmed,
    Facts,
    HoldLapsed,
    PaidLateRefunded,
    PaidTwiceRefunded,
    PaymentFailed,
    PlaceGiven,
    PlaceHeld,
)
from services.mail.outbox import LetterToQueue, queue_letter
from services.mail.rendering import letterhead
from services.money import Money
from services.outside import Outside
from services.people.directory import find_organisation_name
from services.sets.catalogue import OpenSet
from services.sets.models import GroundRules, LearningSet, SetSession
from services.sets.words import SessionStatus

_SET = (
    select(
        LearningSet.id,
        LearningSet.title,
        LearningSet.timezone,
        LearningSet.location,
        LearningSet.joining_link,
        GroundRules.title.label("ground_rules"),
    )
    .outerjoin(GroundRules, GroundRules.id == LearningSet.ground_rules_id)
    .where(LearningSet.id == bindparam("set_id"))
)
_SESSIONS = (
    select(SetSession.id, SetSession.starts_at, SetSession.ends_at, SetSession.sequence)
    .where(SetSession.learning_set_id == bindparam("set_id"), SetSession.status == SessionStatus.SCHEDULED)
    .order_by(SetSession.number)
)


def place_held(session: Session, outside: Outside, booking: Booking, learning_set: OpenSet) -> None:
    if booking.held_until is None:
        raise ValueError("nothing is held")
    facts = PlaceHeld(
        name=booking.booker_name,
        set_title=learning_set.title,
        holder_url=holder_page(outside, booking),
        places=booking.places,
        total=_total(booking),
        held_until=booking.held_until,
        timezone=learning_set.timezone,
    )
    _to_booker(session, outside, booking, facts)


def payment_failed(session: Session, outside: Outside, booking: Booking) -> None:
    if booking.held_until is None:
        raise ValueError("nothing is held")
    learning_set = _learning_set(session, booking.learning_set_id)
    facts = PaymentFailed(
        name=booking.booker_name,
        set_title=learning_set.title,
        holder_url=holder_page(outside, booking),
        total=_total(booking),
        held_until=booking.held_until,
        timezone=learning_set.timezone,
    )
    _to_booker(session, outside, booking, facts)


def hold_lapsed(session: Session, outside: Outside, booking: Booking) -> None:
    title = _learning_set(session, booking.learning_set_id).title
    facts = HoldLapsed(name=booking.booker_name, set_title=title, holder_url=holder_page(outside, booking))
    _to_booker(session, outside, booking, facts)


def paid_late_refunded(session: Session, outside: Outside, booking: Booking, refund: Money) -> None:
    title = _learning_set(session, booking.learning_set_id).title
    page = holder_page(outside, booking)
    facts = PaidLateRefunded(name=booking.booker_name, set_title=title, holder_url=page, refund=refund)
    _to_booker(session, outside, booking, facts)


def paid_twice_refunded(session: Session, outside: Outside, booking: Booking, refund: Money) -> None:
    title = _learning_set(session, booking.learning_set_id).title
    page = holder_page(outside, booking)
    facts = PaidTwiceRefunded(name=booking.booker_name, set_title=title, holder_url=page, refund=refund)
    _to_booker(session, outside, booking, facts)


def confirmed(session: Session, outside: Outside, booking: Booking, *, paid_late: bool = False) -> None:
    """To the booker, and once to each participant who is somebody else: who gave us the name, and the dates."""
    learning_set = _learning_set(session, booking.learning_set_id)
    dates = _dates(session, learning_set)
    takes_part = any(enrolment.person_id == booking.booker_id for enrolment in booking.enrolments)
    to_booker = BookingConfirmed(
        name=booking.booker_name,
        dates=dates if takes_part else replace(dates, joining_link=None),
        participants=tuple(enrolment.name for enrolment in booking.enrolments),
        total=_total(booking),
        paid_late=paid_late,
        holder_url=holder_page(outside, booking),
    )
    _to_booker(session, outside, booking, to_booker)
    organisation = find_organisation_name(session, booking.organisation_id)
    for enrolment in booking.enrolments:
        if enrolment.person_id == booking.booker_id:
            continue
        facts = PlaceGiven(
            name=enrolment.name,
            dates=dates,
            booker_name=booking.booker_name,
            booker_organisation=organisation,
            ground_rules=learning_set.ground_rules,
        )
        _queue(session, outside, booking, enrolment.person.email, facts)


def tell_of_duplicates(session: Session, outside: Outside, booking: Booking) -> None:
    """Somebody in this booking has a place on the set already: they are told, and staff see it.

    The booker is told only where the earlier booking was theirs too: to anybody else it would say who is on the set.
    """
    duplicates = list_elsewhere_enrolled(session, booking)
    if not duplicates:
        return
    now = outside.clock.now()
    open_item(session, AttentionKind.DUPLICATE_ENROLMENT, to_public(Prefix.BOOKING, booking.id), now=now)
    title = _learning_set(session, booking.learning_set_id).title
    for enrolment in duplicates:
        to_person = AlreadyEnrolled(enrolment.name, title, participant_name=None, holder_url=None)
        _queue(session, outside, booking, enrolment.person.email, to_person)
        if enrolment.person_id != booking.booker_id and booked_them_before(session, booking, enrolment):
            page = holder_page(outside, booking)
            to_booker = AlreadyEnrolled(booking.booker_name, title, enrolment.name, holder_url=page)
            _to_booker(session, outside, booking, to_booker)


def dates_of(session: Session, set_id: UUID) -> SetDates:
    """When and where the set meets, for people who are enrolled."""
    return _dates(session, _learning_set(session, set_id))


def _to_booker(session: Session, outside: Outside, booking: Booking, facts: Facts) -> None:
    _queue(session, outside, booking, booking.booker.email, facts)


def _queue(session: Session, outside: Outside, booking: Booking, address: str, facts: Facts) -> None:
    queue_letter(
        session,
        LetterToQueue(address, facts, subject_id=booking.id),
        keyring=outside.keyring,
        host=letterhead(outside.settings).host,
        now=outside.clock.now(),
    )


def _total(booking: Booking) -> Money:
    return Money(booking.total_minor, booking.currency)


def _learning_set(session: Session, set_id: UUID) -> Row[*tuple[Any, ...]]:
    return session.connection().execute(_SET, {"set_id": set_id}).one()


def _dates(session: Session, learning_set: Row[*tuple[Any, ...]]) -> SetDates:
    sessions = session.connection().execute(_SESSIONS, {"set_id": learning_set.id})
    return SetDates(
        title=learning_set.title,
        timezone=learning_set.timezone,
        sessions=tuple(SessionDate(each.id, each.starts_at, each.ends_at, each.sequence) for each in sessions),
        location=learning_set.location,
        joining_link=learning_set.joining_link,
    )
