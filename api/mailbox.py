"""A proved mailbox: the link that proves it, and what it opens."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from api import access
from api.booking_answer import BookingShown
from api.context import current_mailbox, outside
from api.open_forms import FORM_HEADERS, open_form
from api.paging import PageArgs, after_id, page
from api.wire import Blueprint, Email, Instant, Text, Wire
from services.bookings.listing import ListedBooking, list_bookings_of
from services.journeys.sign_in import ask_for_sign_in_link, open_mailbox
from services.tokens import Purpose

blueprint = Blueprint("mailbox", __name__, url_prefix="/v1", description="What belongs to an address")

ACCEPTED = {"status": "accepted"}


class SignInLinkWire(Wire):
    email = Email(required=True)


class SignInAcceptedWire(Wire):
    status = fields.String(required=True, metadata={"enum": ["accepted"]})


class SignInWire(Wire):
    token = Text(max_length=200, required=True, metadata={"description": "What follows `/my/` in the mailed link"})


class MailboxTokenWire(Wire):
    mailbox_token = fields.String(required=True, metadata={"description": "Bearer token that proves the mailbox"})
    expires_at = Instant(required=True)


class MailboxBooking(BookingShown):
    set_title = fields.String(required=True)
    holder_token = fields.String(required=True, metadata={"description": "Bearer token for this one booking"})
    manage_url = fields.String(required=True)


class MailboxBookingsPage(Wire):
    data = fields.List(fields.Nested(MailboxBooking()), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


@blueprint.post("/sign-in-links")
@access.site
@blueprint.arguments(SignInLinkWire())
@blueprint.response(202, SignInAcceptedWire())
@blueprint.doc(operationId="requestSignInLink", security=[{"site": []}], parameters=FORM_HEADERS)
@open_form
def request_sign_in_link(wanted: dict[str, str]) -> dict[str, str]:
    """Have a sign-in link mailed

    Always the same answer; a link goes to the address if anything here belongs to it. It works once, within 30
    minutes, and opens a page; a program exchanges its token at `POST /v1/sign-ins`.
    """
    ask_for_sign_in_link(outside(), wanted["email"])
    return ACCEPTED


@blueprint.post("/sign-ins")
@access.nobody
@blueprint.arguments(SignInWire())
@blueprint.response(200, MailboxTokenWire())
@blueprint.alt_response(410, "GONE")
@blueprint.doc(operationId="signIn", security=[])
def sign_in(mailed: dict[str, str]) -> dict[str, Any]:
    """Exchange a mailed token for a mailbox token

    Once: the mailed token is used up. The mailbox token works for 30 minutes.
    """
    opened = open_mailbox(outside(), mailed["token"])
    return {"mailbox_token": opened.token, "expires_at": opened.expires_at}


@blueprint.get("/mailbox/bookings")
@access.mailbox
@blueprint.arguments(PageArgs(), location="query")
@blueprint.response(200, MailboxBookingsPage())
@blueprint.doc(operationId="listMailboxBookings", security=[{"mailbox": []}])
def list_mailbox_bookings(query: dict[str, Any]) -> Any:
    """List the bookings made from this mailbox

    Newest first, each with the token that its holder was given.
    """
    with outside().database.reading() as session:
        found = list_bookings_of(session, current_mailbox(), after=after_id(query["cursor"]), limit=query["limit"] + 1)
    return page(list(map(_with_token, found)), query["limit"], lambda last: last["id"].bytes)


def _with_token(listed: ListedBooking) -> dict[str, Any]:
    token = outside().keyring.sign(Purpose.HOLDER, listed.booking.id.bytes)
    manage_url = f"{outside().settings.origin}/bookings/t/{token}"
    return {**vars(listed.booking), "set_title": listed.set_title, "holder_token": token, "manage_url": manage_url}
