"""Letters are queued with what they tell, to whom it concerns, and give nobody away."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from sqlalchemy import select

from services.attention.words import AttentionKind
from services.bookings.booking import get_locked
from services.journeys import booking_letters
from services.mail.letters import AlreadyEnrolled, BookingConfirmed, PlaceGiven, PlaceHeld, facts_from_json
from services.mail.models import Letter, LetterKind
from tests.worlds import ADA, World

BEN, CLEO = "ben@example.org", "cleo@example.org"


def told(world: World, kind: LetterKind) -> list[tuple[str, Any]]:
    """Whom a kind of letter is addressed to, and what it says."""
    with world.database.reading() as session:
        rows = session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.to_address))
        return [(row.to_address, facts_from_json(row.kind, row.facts)) for row in rows]


def test_the_booker_is_told_what_to_pay_by_when_and_where(world: World) -> None:
    booked = world.book(world.a_set(), people=(ADA, BEN))
    [(to, letter)] = told(world, LetterKind.PLACE_HELD)
    assert isinstance(letter, PlaceHeld)
    assert (to, letter.places, letter.total.amount_minor) == (ADA, 2, 36000)
    assert letter.held_until == world.row(booked).held_until
    assert letter.holder_url == booked.answer["manage_url"]


def test_each_participant_is_told_once_who_gave_us_their_name(world: World) -> None:
    free = world.a_set(price_minor=0)
    world.book(free, method="none", booker=ADA, people=(BEN, CLEO))
    [(_, to_booker)] = told(world, LetterKind.BOOKING_CONFIRMED)
    assert isinstance(to_booker, BookingConfirmed)
    assert to_booker.participants == ("Ben", "Cleo")
    assert to_booker.dates.joining_link is None
    letters = told(world, LetterKind.PLACE_GIVEN)
    assert [to for to, _ in letters] == [BEN, CLEO]
    for _, letter in letters:
        assert isinstance(letter, PlaceGiven)
        assert letter.booker_name == "Ada"
        assert letter.dates.joining_link == "https://meet.example/leading"


def test_a_booker_who_takes_part_gets_one_letter_with_the_link(world: World) -> None:
    world.book(world.a_set(price_minor=0), method="none")
    assert world.letters() == [LetterKind.BOOKING_CONFIRMED]
    [(_, letter)] = told(world, LetterKind.BOOKING_CONFIRMED)
    assert letter.dates.joining_link == "https://meet.example/leading"


def test_somebody_booked_again_by_another_is_told_and_the_other_is_not(world: World) -> None:
    free = world.a_set(price_minor=0)
    world.book(free, method="none", booker=BEN, people=[BEN])
    world.book(free, method="none", booker=ADA, people=[BEN])
    assert told(world, LetterKind.ALREADY_ENROLLED) == [
        (BEN, AlreadyEnrolled("Ben", "Leading through change", participant_name=None, holder_url=None))
    ]
    assert world.attention() == [AttentionKind.DUPLICATE_ENROLMENT]


def test_a_booker_who_books_the_same_colleague_twice_is_told_too(world: World) -> None:
    free = world.a_set(price_minor=0)
    world.book(free, method="none", booker=ADA, people=[BEN])
    again = world.book(free, method="none", booker=ADA, people=[BEN])
    to_ada, to_ben = told(world, LetterKind.ALREADY_ENROLLED)
    assert (to_ada[0], to_ada[1].participant_name, to_ada[1].holder_url) == (ADA, "Ben", again.answer["manage_url"])
    assert (to_ben[0], to_ben[1].participant_name, to_ben[1].holder_url) == (BEN, None, None)


def test_a_place_that_lapsed_is_no_duplicate(world: World) -> None:
    learning_set = world.a_set()
    world.book(learning_set)
    world.passes(minutes=46)
    world.tick()
    world.book(learning_set)
    assert LetterKind.ALREADY_ENROLLED not in world.letters()
    assert world.attention() == []


def test_a_letter_goes_the_way_of_the_transaction_it_belongs_to(world: World) -> None:
    booked = world.book(world.a_set())
    before = world.letters()

    class ChangedOurMind(Exception):
        pass

    with suppress(ChangedOurMind), world.database.writing() as session:
        booking_letters.confirmed(session, world.outside, get_locked(session, booked.id))
        raise ChangedOurMind
    assert world.letters() == before
