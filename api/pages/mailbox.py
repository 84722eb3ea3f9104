"""The pages by which somebody finds their bookings again: ask for a link, follow it, choose one."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from api import access
from api.context import outside
from api.headers import private_page
from api.pages.address_form import AddressForm
from services.bookings.listing import ListedBooking, list_bookings_of
from services.bookings.words import BookingStatus
from services.journeys.sign_in import ask_for_sign_in_link, open_mailbox
from services.people.errors import SignInLinkExpired
from services.tokens import Purpose

blueprint = Blueprint("mailbox_pages", __name__)
blueprint.after_request(private_page)

FORM = AddressForm("page:my", "mailbox/ask.html", "mailbox/asked.html", ask_for_sign_in_link)
MOST_SHOWN = 100
"""A page is enough for people; programs have the API."""
BADGES = {BookingStatus.AWAITING_PAYMENT: "warning", BookingStatus.CONFIRMED: "success"}


@blueprint.get("/my")
@access.nobody
def show_address_form() -> Response:
    return FORM.show()


@blueprint.post("/my")
@access.nobody
def send_link() -> Response:
    return FORM.take()


@blueprint.get("/my/<token>")
@access.token
def show_link(token: str) -> Response:  # noqa: ARG001 - looked up by the POST alone: mail scanners follow links
    return _page("mailbox/open.html")


@blueprint.post("/my/<token>")
@access.token
def show_bookings(token: str) -> Response:
    try:
        opened = open_mailbox(outside(), token)
    except SignInLinkExpired:
        return _page("mailbox/expired.html", 410)
    with outside().database.reading() as session:
        found = list_bookings_of(session, opened.person_id, after=None, limit=MOST_SHOWN)
    return _page("mailbox/bookings.html", bookings=list(map(_described, found)))


def _described(listed: ListedBooking) -> dict[str, str]:
    return {
        "path": f"/bookings/t/{outside().keyring.sign(Purpose.HOLDER, listed.booking.id.bytes)}",
        "set_title": listed.set_title,
        "status": listed.booking.status.replace("_", " ").capitalize(),
        "kind": BADGES.get(listed.booking.status, ""),
        "people": ", ".join(enrolment.name for enrolment in listed.booking.enrolments),
    }


def _page(template: str, status: int = 200, **shown: object) -> Response:
    return make_response(render_template(template, **shown), status)
