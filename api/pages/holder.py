"""The holder's page of one booking: its status, Pay, Check, and the dates."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from api import access
from api.calendars import calendar_answer
from api.context import outside
from api.headers import private_page
from api.pages.dates import when, zones
from api.pages.payment_page import go_to_payment
from api.pages.shown_set import money
from services.bookings.errors import NotConfirmed
from services.bookings.words import BookingStatus
from services.errors import DomainError
from services.ids import Prefix, to_public
from services.journeys.check_payment import check_payment
from services.journeys.checkout_order import BACK_FROM_PAYMENT
from services.journeys.reopen_checkout import reopen_checkout
from services.journeys.show_booking import HolderView, booking_calendar, show_booking
from services.mail import formats
from services.payments.errors import HoldCannotBeExtended, NotAwaitingPayment, PaymentsRefused, PaymentsUnavailable
from services.tokens import Purpose

blueprint = Blueprint("holder", __name__, url_prefix="/bookings/t")

NOTICES: dict[type[DomainError], tuple[str, str]] = {
    NotAwaitingPayment: ("There is nothing to pay for this booking right now.", "info"),
    HoldCannotBeExtended: (
        "The time to pay has been extended once already, so we cannot open another payment page.",
        "warning",
    ),
    PaymentsUnavailable: (
        "The payment service cannot be reached right now. Your places stay held; please try again in a few minutes.",
        "warning",
    ),
    PaymentsRefused: ("The payment service did not accept the request. Please write to us.", "error"),
}


@blueprint.get("/<token>")
@access.token
def show(token: str) -> Response:
    return _page(token, _booking(token), is_back=BACK_FROM_PAYMENT in request.args)


@blueprint.post("/<token>/pay")
@access.token
def pay(token: str) -> BaseResponse:
    booking_id = _booking(token)
    try:
        payable = reopen_checkout(outside(), booking_id, actor="holder")
    except tuple(NOTICES) as refusal:
        return _page(token, booking_id, notice=NOTICES[type(refusal)])
    return go_to_payment(payable.checkout_url)


@blueprint.post("/<token>/check")
@access.token
def check(token: str) -> BaseResponse:
    booking_id = _booking(token)
    try:
        booking = check_payment(outside(), booking_id, actor="holder")
    except (PaymentsUnavailable, PaymentsRefused) as refusal:
        return _page(token, booking_id, notice=NOTICES[type(refusal)])
    if booking.status is BookingStatus.AWAITING_PAYMENT and not booking.payment_pending:
        return _page(
            token,
            booking_id,
            notice=("No payment has arrived yet. If you have just paid, ask again in a minute.", "info"),
        )
    return redirect(url_for("holder.show", token=token), 303)


@blueprint.get("/<token>/calendar.ics")
@access.token
def calendar(token: str) -> Response:
    try:
        return private_page(calendar_answer(booking_calendar(outside(), _booking(token))))
    except NotConfirmed as refusal:
        raise NotFound from refusal


def _booking(token: str) -> UUID:
    payload = outside().keyring.open(Purpose.HOLDER, token)
    if payload is None or len(payload) != 16:
        raise NotFound
    return UUID(bytes=payload)


def _page(token: str, booking_id: UUID, notice: tuple[str, str] | None = None, *, is_back: bool = False) -> Response:
    shown = show_booking(outside(), booking_id)
    text, kind = notice or (None, None)
    actions = {
        "pay": url_for("holder.pay", token=token),
        "check": url_for("holder.check", token=token),
        "calendar": url_for("holder.calendar", token=token),
    }
    page = render_template(
        "booking.html", booking=_described(shown), actions=actions, notice=text, notice_kind=kind, is_back=is_back
    )
    return private_page(Response(page), form_target=outside().settings.stripe_checkout_origin, asks_us=True)


def _described(shown: HolderView) -> dict[str, Any]:
    booking, timezone = shown.booking, shown.dates.timezone
    return {
        "reference": to_public(Prefix.BOOKING, booking.id),
        "status": booking.status.value,
        "set_title": shown.dates.title,
        "total": money(booking.total),
        "held_until": formats.moment(booking.held_until, timezone) if booking.held_until else None,
        "participants": [enrolment.name for enrolment in booking.enrolments],
        "sessions": [when(each, timezone) for each in shown.dates.sessions],
        "time_zone": zones(shown.dates.sessions, timezone),
        "where": shown.dates.location or "Online",
        "has_joining_link": shown.dates.joining_link is not None,
        "payment_pending": booking.payment_pending,
    }
