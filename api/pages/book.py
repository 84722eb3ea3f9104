"""Booking on one page: people are added without a reload where there is script, and with one where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from api import access
from api.booking_request import as_wish
from api.context import outside
from api.headers import form_page
from api.idempotency import key_named
from api.limits import network
from api.pages.booking_form import BookingForm, Person, field_errors, validated
from api.pages.form_guard import is_trapped, protect, sent_once
from api.pages.payment_page import go_to_payment
from api.pages.shown_set import ShownSet, money, shown
from api.problems import STATUS
from services.access.own_site import OWN_SITE, known_or_new_own_site
from services.bookings.booking import get_booking
from services.bookings.errors import SetFull, TooManyPlaces
from services.bookings.words import BookingStatus
from services.errors import DomainError
from services.ids import Prefix, to_public
from services.journeys.book_place import Answer, Visitor, book_place
from services.money import Money
from services.newsletter.errors import NewsletterNotSetUp
from services.newsletter.topics import TopicView, WordingView, get_wording_in_force, list_topics
from services.requests.errors import (
    FormTokenInvalid,
    FormTokenMissing,
    FormTokenSpent,
    KeyMalformed,
    KeyReused,
    ProofOfWorkInvalid,
    RequestInProgress,
)
from services.requests.idempotency import find_subject
from services.sets.catalogue import get_set
from services.sets.errors import EnrolmentClosed
from services.sets.views import SetView, TextView
from services.tokens import Purpose

blueprint = Blueprint("book", __name__, url_prefix="/sets")

FORM = "page:book"
STANDING = {BookingStatus.AWAITING_PAYMENT, BookingStatus.CONFIRMED}
TRAPPED = "Your form could not be taken: a field that should be empty was filled in. Press the button again, please."
OPEN_TOO_LONG = "This page was open for a long time. Nothing is lost: press the button again."
BEING_MADE = "Your booking is being made. Press the button again in a moment to see it."
BOOKED_BEFORE = (
    "You have made a booking with this page already. If you want another one, press the button once more; if not, "
    "look in your inbox for the first."
)


@dataclass(frozen=True)
class ToAccept:
    """A text that whoever books agrees to, and the box to tick."""

    field: str
    id: str
    text: TextView
    label: str


@dataclass(frozen=True)
class Page:
    """What the form's template shows beside the form itself."""

    set: SetView
    words: ShownSet
    topics: list[TopicView]
    wording: WordingView | None

    @property
    def to_accept(self) -> list[ToAccept]:
        texts = []
        if rules := self.set.ground_rules:
            label = "I accept the ground rules, and so does everybody I book for"
            texts.append(ToAccept("ground_rules", to_public(Prefix.GROUND_RULES, rules.id), rules, label))
        if terms := self.set.terms:
            texts.append(ToAccept("terms", to_public(Prefix.TERMS, terms.id), terms, "I accept the booking terms"))
        return texts

    @property
    def wording_id(self) -> str:
        return to_public(Prefix.WORDING, self.wording.id) if self.wording else ""

    def total(self, form: BookingForm) -> str | None:
        """What the form's places cost, once a price is chosen."""
        price = next((price for price in self.set.prices if to_public(Prefix.PRICE, price.id) == form.price), None)
        if price is None:
            return None
        return money(Money(price.amount.amount_minor * form.places, price.amount.currency)) if form.places else ""


@dataclass(frozen=True)
class Telling:
    """What the page says of the form that was sent."""

    errors: Mapping[str, str] = field(default_factory=dict)
    """A sentence by field; "" holds what belongs to none."""
    notice: str | None = None
    focus: int | None = None
    """The number of the person just added."""
    key: str | None = None
    """The key to send again; a new one otherwise, for what is sent next is edited."""


NOTHING_TO_TELL = Telling()


@blueprint.get("/<reference>/book")
@access.nobody
def show_form(reference: str) -> BaseResponse:
    page = _page(reference)
    if not page.words.is_open:
        return redirect(url_for("catalogue.show_set", reference=reference), 303)
    only = page.words.prices[0].id if len(page.words.prices) == 1 else ""
    return _form(page, BookingForm(price=only))


@blueprint.post("/<reference>/book")
@access.nobody
def book(reference: str) -> BaseResponse:
    """Add or remove a person, or book, whichever button was pressed."""
    page, form = _page(reference), BookingForm.read(request.form)
    if "add" in request.form:
        return _form(
            page, replace(form, people=(*form.people, Person("", ""))), telling=Telling(focus=len(form.people) + 1)
        )
    if "remove" in request.form:
        return _form(page, replace(form, people=_without(form.people, request.form["remove"])))
    wanted = validated(form, page.set, page.words.prices)
    if wanted.errors or wanted.request is None:
        return _form(page, form, HTTPStatus.UNPROCESSABLE_ENTITY, Telling(wanted.errors))
    if is_trapped():
        return _form(page, form, HTTPStatus.UNPROCESSABLE_ENTITY, Telling(notice=TRAPPED))
    try:
        with sent_once(FORM):
            answer = _book(page.set, wanted.request)
        return _go_on(answer)
    except EnrolmentClosed:
        return redirect(url_for("catalogue.show_set", reference=reference), 303)
    except DomainError as refusal:
        return _refused(_page(reference), form, refusal)


@blueprint.post("/book/before")
@access.nobody
def find_booked_before() -> dict[str, str]:
    """Say where the booking is that this form made, to whoever comes back to the form and so knows its key."""
    sent = key_named(request.form.get("key", ""), f"site:{OWN_SITE}", None)
    with outside().database.reading() as session:
        booking_id = find_subject(session, sent.principal, sent.key, now=outside().clock.now())
        booking = get_booking(session, booking_id) if booking_id else None
    if booking is None or booking.status not in STANDING:
        raise NotFound
    return {"status": booking.status, "address": _holder_page(booking.id)}


def _book(learning_set: SetView, wanted: dict[str, Any]) -> Answer:
    site_id = known_or_new_own_site(outside().database, now=outside().clock.now())
    visitor = Visitor(site_id, outside().settings.origin, network())
    key = key_named(request.form.get("key", ""), f"site:{site_id}", wanted)
    return book_place(outside(), visitor, learning_set.slug, as_wish(wanted), key)


def _go_on(answer: Answer) -> BaseResponse:
    """To the payment, or straight to the holder's page where there is none or Stripe cannot be reached."""
    if answer.booked.checkout_url is not None:
        return go_to_payment(answer.booked.checkout_url)
    return redirect(_holder_page(answer.booked.id), 303)


def _holder_page(booking_id: UUID) -> str:
    return url_for("holder.show", token=outside().keyring.sign(Purpose.HOLDER, booking_id.bytes))


def _refused(page: Page, form: BookingForm, refusal: DomainError) -> Response:
    status = STATUS[refusal.kind]
    if isinstance(refusal, RequestInProgress):
        return _form(page, form, status, Telling(notice=BEING_MADE, key=request.form["key"]))
    if isinstance(refusal, FormTokenMissing | FormTokenInvalid | ProofOfWorkInvalid):
        return _form(page, form, status, Telling(notice=OPEN_TOO_LONG))
    if isinstance(refusal, KeyReused | KeyMalformed | FormTokenSpent):
        return _form(page, form, status, Telling(notice=BOOKED_BEFORE))
    if isinstance(refusal, SetFull | TooManyPlaces):
        return _form(page, form, status, Telling({"people": _too_few_left(page.set.places_left)}))
    errors = field_errors(form, _pointers(refusal))
    return _form(page, form, status, Telling(errors, notice=None if errors else f"{refusal.title}."))


def _too_few_left(left: int) -> str:
    if left == 0:
        return "Somebody was quicker: no place is left on this set"
    return f"Only {left} {'place is' if left == 1 else 'places are'} left: take fewer people"


def _pointers(refusal: DomainError) -> dict[str, str]:
    errors: Any = refusal.facts().get("errors", [])
    return {each["pointer"]: each["detail"] for each in errors}


def _without(people: tuple[Person, ...], number: str) -> tuple[Person, ...]:
    return tuple(person for position, person in enumerate(people, start=1) if str(position) != number)


def _page(reference: str) -> Page:
    now = outside().clock.now()
    with outside().database.reading() as session:
        learning_set = get_set(session, reference, now=now)
        try:
            topics, wording = list_topics(session), get_wording_in_force(session, now=now)
        except NewsletterNotSetUp:
            topics, wording = [], None
    return Page(learning_set, shown(learning_set), topics, wording)


def _form(
    page: Page, form: BookingForm, status: HTTPStatus = HTTPStatus.OK, telling: Telling = NOTHING_TO_TELL
) -> Response:
    """The form as it was typed, under a key of its own: the same content sent twice is one booking."""
    shown_form = render_template(
        "sets/book.html",
        page=page,
        form=form,
        telling=telling,
        key=telling.key or str(uuid4()),
        protection=protect(FORM),
        hold_minutes=outside().settings.hold_minutes,
    )
    stripe = outside().settings.stripe_checkout_origin
    return form_page(make_response(shown_form, status), form_target=stripe, asks_us=True)
