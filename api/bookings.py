"""Bookings: asking for places, and what the holder may do with them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Response
from marshmallow import fields

from api import access
from api.booking_answer import BookingOut, BookingShown
from api.booking_request import BookingIn, as_wish
from api.calendars import DESCRIBED, calendar_answer
from api.context import current_actor, current_site, outside
from api.idempotency import IDEMPOTENCY_KEY, request_key
from api.limits import network
from api.open_forms import FORM_HEADERS, open_form
from api.wire import Blueprint, Instant, Wire
from services.bookings.booking import BookingView, get_booking
from services.errors import InvalidFields
from services.ids import Prefix, to_public
from services.journeys.book_place import Answer, Visitor, book_place
from services.journeys.check_payment import check_payment
from services.journeys.reopen_checkout import Payable, reopen_checkout
from services.journeys.show_booking import booking_calendar
from services.tokens import Purpose

blueprint = Blueprint("bookings", __name__, url_prefix="/v1", description="Places on sets")


class BookingMade(BookingOut):
    checkout_url = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Where to pay; null for a free set, and while Stripe cannot be reached"},
    )
    holder_token = fields.String(required=True, metadata={"description": "Bearer token for this one booking"})
    manage_url = fields.String(required=True)


class CheckoutOut(Wire):
    checkout_url = fields.String(required=True)
    held_until = Instant(required=True)


@blueprint.post("/sets/<set_id>/bookings")
@access.site
@blueprint.arguments(BookingIn())
@blueprint.response(201, BookingMade())
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(operationId="createBooking", security=[{"site": []}], parameters=[IDEMPOTENCY_KEY, *FORM_HEADERS])
@open_form
def create_booking(wanted: dict[str, Any], set_id: str) -> Any:
    """Take places on a set

    Confirms the places of a free set at once. A paid set's are held until `held_until`, and the answer says where to
    pay. The price is worked out here from the price list. The same `Idempotency-Key` with the same body has the same
    answer and no second effect.
    """
    site = current_site()
    _require_own_origin(wanted["return_url"])
    visitor = Visitor(site.id, site.page_origin, network())
    answer = book_place(outside(), visitor, set_id, as_wish(wanted), request_key(site.principal, wanted))
    return _made(answer)


@blueprint.get("/bookings/<booking_id>")
@access.holder
@blueprint.response(200, BookingShown())
@blueprint.doc(operationId="getBooking", security=[{"holder": []}, {"staff": ["bookings:read"]}])
def show_booking(booking_id: UUID) -> BookingView:
    """Show a booking to its holder

    The bearer token is the `holder_token` that the booking was answered with; staff use a key with `bookings:read`.
    """
    with outside().database.reading() as session:
        return get_booking(session, booking_id)


@blueprint.get("/bookings/<booking_id>/calendar.ics")
@access.holder
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(
    operationId="getBookingCalendar",
    security=[{"holder": []}, {"staff": ["bookings:read"]}],
    responses=DESCRIBED,
)
def show_calendar(booking_id: UUID) -> Response:
    """Get the dates of a confirmed booking as a calendar file

    With the link to join, where the set meets online: the same file that came with the confirmation.
    """
    return calendar_answer(booking_calendar(outside(), booking_id))


@blueprint.post("/bookings/<booking_id>/checkout")
@access.holder
@blueprint.response(200, CheckoutOut())
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(operationId="openCheckout", security=[{"holder": []}, {"staff": ["bookings:write"]}])
def open_checkout(booking_id: UUID) -> Payable:
    """Get an address to pay at

    The open payment page again, or a fresh one: that extends the hold, once. At most one page of a booking is open at a
    time, so asking twice is safe.
    """
    return reopen_checkout(outside(), booking_id, actor=current_actor())


@blueprint.post("/bookings/<booking_id>/payment-check")
@access.holder
@blueprint.response(200, BookingShown())
@blueprint.doc(operationId="checkPayment", security=[{"holder": []}, {"staff": ["bookings:write"]}])
def check_booking_payment(booking_id: UUID) -> BookingView:
    """Have the payment looked up now

    For the page that a payer comes back to: Stripe is asked, and the booking is answered as it then is.
    """
    return check_payment(outside(), booking_id, actor=current_actor())


def _require_own_origin(return_url: str | None) -> None:
    if return_url is None:
        return
    parts = urlsplit(return_url)
    if f"{parts.scheme}://{parts.netloc}" not in current_site().origins:
        raise InvalidFields({"/return_url": "Its origin is not one of this site's."})


def _made(answer: Answer) -> tuple[dict[str, Any], int, dict[str, str]]:
    """The stored result with the holder's token, which is derived and never stored."""
    booked = answer.booked
    token = outside().keyring.sign(Purpose.HOLDER, booked.id.bytes)
    manage_url = f"{outside().settings.origin}/bookings/t/{token}"
    headers = {"Location": f"/v1/bookings/{to_public(Prefix.BOOKING, booked.id)}", "Cache-Control": "no-store"}
    if answer.replayed:
        headers["Idempotent-Replayed"] = "true"
    return {**vars(booked), "holder_token": token, "manage_url": manage_url}, 201, headers
