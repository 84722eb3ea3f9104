"""The race for the last places, in two runs: counting first oversells the set, the conditional update never does."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.bookings import places
from services.bookings.booking import NewBooking, Participant, make_booking
from services.bookings.errors import SetFull
from services.bookings.models import Booking
from services.database import Database
from services.ids import new_id
from services.sets.models import LearningSet
from services.sets.pricing import Payer, freeze_price
from services.sets.terms import Accepted
from services.sets.words import PaymentMethod
from tests.builders import BuiltSet, a_learning_set
from tests.races.at_once import at_once
from tests.worlds import World, a_booking

CAPACITY, BOOKERS = 3, 8
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def a_small_set(database: Database) -> BuiltSet:
    with database.writing() as session:
        return a_learning_set(session, capacity=CAPACITY)


def write_booking(session: Session, learning_set: BuiltSet, number: int) -> None:
    """A booking of one place by somebody of that number, without taking the place."""
    email = f"person-{number}@example.org"
    new = NewBooking(
        id=new_id(),
        set_id=learning_set.id,
        site_id=None,
        booker_name="A person",
        booker_email=email,
        organisation_id=None,
        participants=[Participant("A person", email)],
        payment_method=PaymentMethod.CARD,
        price=freeze_price(session, learning_set.id, learning_set.price_id, Payer(None, PaymentMethod.CARD), now=NOW),
        accepted=Accepted(learning_set.terms_id, learning_set.ground_rules_id),
        return_url=None,
        held_until=NOW,
    )
    make_booking(session, new, capacity=CAPACITY, actor="a test", now=NOW)


def booked(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Booking)) or 0


def test_counting_first_and_inserting_then_oversells(database: Database) -> None:
    learning_set = a_small_set(database)
    everybody_has_counted = Barrier(BOOKERS)

    def book(number: int) -> None:
        is_room = booked(database) < CAPACITY
        everybody_has_counted.wait(30)
        if is_room:
            with database.writing() as session:
                write_booking(session, learning_set, number)

    at_once([partial(book, number) for number in range(BOOKERS)])
    assert booked(database) == BOOKERS > CAPACITY


def test_with_the_conditional_update_it_does_not(database: Database) -> None:
    learning_set = a_small_set(database)

    def book(number: int) -> bool:
        try:
            with database.writing() as session:
                write_booking(session, learning_set, number)
                places.take(session, learning_set.id, 1)
        except SetFull:
            return False
        return True

    accepted = at_once([partial(book, number) for number in range(BOOKERS)])
    assert sum(accepted) == booked(database) == CAPACITY


def test_the_database_itself_refuses_a_place_too_many(database: Database) -> None:
    learning_set = a_small_set(database)
    for taken in (CAPACITY + 1, -1):
        with pytest.raises(IntegrityError), database.writing() as session:
            session.execute(update(LearningSet).where(LearningSet.id == learning_set.id).values(taken=taken))


def test_visitors_who_book_the_last_places_at_once_are_told_apart(world: World) -> None:
    learning_set = world.a_set(capacity=CAPACITY)

    def book(number: int) -> int:
        email = f"person-{number}@example.org"
        return world.ask(learning_set, a_booking(learning_set, booker=email, people=[email])).status_code

    statuses = at_once([partial(book, number) for number in range(BOOKERS)])
    assert sorted(statuses) == [201] * CAPACITY + [409] * (BOOKERS - CAPACITY)
    assert world.taken(learning_set) == CAPACITY


def test_bookings_that_name_each_others_people_never_wait_in_a_circle(world: World) -> None:
    learning_set = world.a_set(capacity=50)
    people = [f"person-{number}@example.org" for number in range(4)]
    orders = [people, people[::-1], people[2:] + people[:2], people[1:] + people[:1]]

    def book(order: list[str]) -> int:
        return world.ask(learning_set, a_booking(learning_set, booker=order[0], people=order)).status_code

    assert at_once([partial(book, order) for order in orders]) == [201] * 4
