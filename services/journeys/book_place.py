"""A visitor asks for places on a set: held while they pay, or confirmed at once where the set is free.

Transaction one holds the places and stores the checkout request; then Stripe is called; transaction two stores its
answer. Died after one: the same request with the same key, or the sweeper, sends the stored request again and finds
the same session. Stripe out of reach: the booking stands, without a checkout URL, and the sweeper goes on trying.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from services.bookings import places
from services.bookings.booking import (
    BookingView,
    EnrolmentView,
    NewBooking,
    Participant,
    get_booking,
    make_booking,
    view,
)
from services.bookings.errors import SetFull
from services.bookings.models import Booking
from services.bookings.words import BookingStatus
from services.database.faults import fault_point
from services.journeys import booking_letters
from services.journeys.checkout_order import order_for
from services.journeys.hoarding import count_places
from services.money import Money
from services.newsletter.subscription import SignUp, request_sign_up
from services.outside import Outside
from services.payments import checkout
from services.payments.checkout import StoredCheckout
from services.payments.errors import PaymentsRefused, PaymentsUnavailable
from services.payments.gateway import CheckoutState
from services.people.directory import add_organisation
from services.people.words import IncomeBand
from services.requests import idempotency
from services.requests.idempotency import RequestKey
from services.sets.catalogue import OpenSet, get_open_set
from services.sets.pricing import Payer, freeze_price
from services.sets.terms import Accepted, require_in_force
from services.sets.words import PaymentMethod


@dataclass(frozen=True)
class BookerOrganisation:
    name: str | None
    income_band: IncomeBand | None
    charity_number: str | None


@dataclass(frozen=True)
class NewsletterBox:
    """The separate, unticked box on the booking form, ticked."""

    topics: list[str]
    wording_id: UUID


@dataclass(frozen=True)
class Wish:
    """What the booker asked for, checked for form only."""

    price_id: UUID
    payment_method: PaymentMethod
    booker_name: str
    booker_email: str
    organisation: BookerOrganisation | None
    participants: Sequence[Participant]
    accepted: Accepted
    newsletter: NewsletterBox | None
    return_url: str | None


@dataclass(frozen=True)
class Visitor:
    """The site whose form was used, and the page it stood on."""

    site_id: UUID
    page_origin: str | None
    network: str | None = None
    """The address or network the request came from; it is counted by its keyed hash and never stored."""

    @property
    def actor(self) -> str:
        return f"site:{self.site_id}"


@dataclass(frozen=True)
class Booked:
    """The answer to the booker, kept to be given again; without the holder's token, which is derived."""

    id: UUID
    set_id: UUID
    status: BookingStatus
    total: Money
    held_until: datetime | None
    checkout_url: str | None
    enrolments: list[EnrolmentView]
    created_at: datetime


@dataclass(frozen=True)
class Answer:
    booked: Booked
    replayed: bool


STORED = TypeAdapter(Booked)


@dataclass(frozen=True)
class _Held:
    """What transaction one left to be done: a checkout to open for what was booked."""

    booked: Booked
    checkout: StoredCheckout


def book_place(outside: Outside, visitor: Visitor, set_reference: str, wish: Wish, request: RequestKey) -> Answer:
    """Hold or confirm the places wished for; the same request again has the same answer and no second effect."""
    _require_room_at_a_glance(outside, set_reference, wish, request)
    held = _hold(outside, visitor, set_reference, wish, request)
    answer = held if isinstance(held, Answer) else _ask_stripe(outside, request, held)
    fault_point("booking_committed_not_answered")
    return answer


def _require_room_at_a_glance(outside: Outside, set_reference: str, wish: Wish, request: RequestKey) -> None:
    """Tell a crowd that the set is full without the write lock, so that it keeps nobody else waiting.

    A request that was begun before has an answer of its own, full or not.
    """
    with outside.database.reading() as session:
        try:
            _require_room(get_open_set(session, set_reference, now=outside.clock.now()), wish)
        except places.NOT_TAKEN:
            if not idempotency.is_known(session, request):
                raise


def _require_room(learning_set: OpenSet, wish: Wish) -> None:
    if learning_set.taken + len(wish.participants) > learning_set.capacity >= len(wish.participants):
        raise SetFull(learning_set.id)


def _hold(outside: Outside, visitor: Visitor, set_reference: str, wish: Wish, request: RequestKey) -> Answer | _Held:
    """Transaction one; a free booking, or a request already answered, is finished with it."""
    now = outside.clock.now()
    with outside.database.writing() as session:
        begun = idempotency.begin(session, request, now=now, lease=outside.settings.idempotency_lease)
        if begun.result is not None:
            return Answer(STORED.validate_python(begun.result), replayed=True)
        if not begun.is_new:
            return _Held(_booked(get_booking(session, begun.subject_id)), checkout.get_first(session, begun.subject_id))
        learning_set = get_open_set(session, set_reference, now=now)
        booking = _make(outside, session, learning_set, visitor, begun.subject_id, wish)
        asked = _ask_for_payment(outside, session, learning_set, booking)
        count_places(session, outside, wish.booker_email, visitor.network, booking.places, now=now)
        places.take(session, learning_set.id, booking.places)
        fault_point("hold_before_commit")
        booked = _booked(view(booking))
        if asked is not None:
            return _Held(booked, asked)
        idempotency.finish(session, request, STORED.dump_python(booked, mode="json"), now=now)
        return Answer(booked, replayed=False)


def _make(
    outside: Outside, session: Session, learning_set: OpenSet, visitor: Visitor, booking_id: UUID, wish: Wish
) -> Booking:
    now = outside.clock.now()
    _require_room(learning_set, wish)
    require_in_force(wish.accepted, learning_set.in_force)
    payer = Payer(wish.organisation.income_band if wish.organisation else None, wish.payment_method)
    price = freeze_price(session, learning_set.id, wish.price_id, payer, now=now)
    new = NewBooking(
        id=booking_id,
        set_id=learning_set.id,
        site_id=visitor.site_id,
        booker_name=wish.booker_name,
        booker_email=wish.booker_email,
        organisation_id=_keep_organisation(session, wish, now),
        participants=wish.participants,
        payment_method=wish.payment_method,
        price=price,
        accepted=wish.accepted,
        return_url=wish.return_url,
        held_until=now + outside.settings.hold if wish.payment_method is PaymentMethod.CARD else None,
    )
    booking = make_booking(session, new, capacity=learning_set.capacity, actor=visitor.actor, now=now)
    if wish.newsletter is not None:
        _ask_for_newsletter(outside, session, visitor, wish, wish.newsletter)
    booking_letters.tell_of_duplicates(session, outside, booking)
    return booking


def _ask_for_payment(
    outside: Outside, session: Session, learning_set: OpenSet, booking: Booking
) -> StoredCheckout | None:
    """Prepare the checkout of a booking that must be paid; tell the booker either way."""
    if booking.held_until is None:
        booking_letters.confirmed(session, outside, booking)
        return None
    booking_letters.place_held(session, outside, booking, learning_set)
    order = order_for(outside, booking, learning_set.title, attempt=1)
    return checkout.prepare(session, outside.gateway, booking.id, order, now=booking.created_at)


def _ask_stripe(outside: Outside, request: RequestKey, held: _Held) -> Answer:
    """Send the stored checkout request, and finish with what came of it."""
    fault_point("hold_committed")
    opened = _open_checkout(outside, held.checkout)
    fault_point("checkout_opened_not_stored")
    return _finish(outside, request, held, opened)


def _open_checkout(outside: Outside, asked: StoredCheckout) -> CheckoutState | None:
    """Call Stripe with nothing locked; None where it cannot be reached, and the sweeper will try again."""
    if not asked.may_still_be_sent(outside.clock.now()):
        return None
    try:
        return checkout.open_at_stripe(outside.gateway, asked)
    except (PaymentsUnavailable, PaymentsRefused):
        return None


def _finish(outside: Outside, request: RequestKey, held: _Held, opened: CheckoutState | None) -> Answer:
    """Transaction two: Stripe's answer and ours; the sweeper may have had the same session opened before."""
    booked = replace(held.booked, checkout_url=opened.url if opened else held.checkout.url)
    with outside.database.writing() as session:
        if opened is not None:
            checkout.store_opened(session, held.checkout.id, opened)
        idempotency.finish(session, request, STORED.dump_python(booked, mode="json"), now=outside.clock.now())
    return Answer(booked, replayed=False)


def _booked(booking: BookingView) -> Booked:
    return Booked(
        id=booking.id,
        set_id=booking.set_id,
        status=booking.status,
        total=booking.total,
        held_until=booking.held_until,
        checkout_url=None,
        enrolments=booking.enrolments,
        created_at=booking.created_at,
    )


def _keep_organisation(session: Session, wish: Wish, now: datetime) -> UUID | None:
    if wish.organisation is None:
        return None
    return add_organisation(
        session,
        name=wish.organisation.name,
        income_band=wish.organisation.income_band,
        charity_number=wish.organisation.charity_number,
        now=now,
    )


def _ask_for_newsletter(outside: Outside, session: Session, visitor: Visitor, wish: Wish, box: NewsletterBox) -> None:
    sign_up = SignUp(
        email=wish.booker_email,
        name=wish.booker_name,
        topics=box.topics,
        wording_id=box.wording_id,
        form_id=f"booking:{visitor.site_id}",
        page_origin=visitor.page_origin,
    )
    request_sign_up(session, sign_up, keyring=outside.keyring, now=outside.clock.now(), pointer="/newsletter")
