"""What belongs to a set: its sessions and its price list."""

from __future__ import annotations

from typing import Any

from api import access
from api.context import outside
from api.paths import named
from api.preconditions import IF_MATCH, seen_tag
from api.staff.edits import Answer, edit_of, whole_set
from api.staff.set_fields import MeetingWire, NewPriceWire, StaffSetWire, as_new_price
from api.wire import Blueprint
from services.access.keys import Scope
from services.ids import Prefix
from services.sets import price_list, scheduling
from services.sets.errors import PriceNotFound, SessionNotFound
from services.sets.meetings import Meeting

blueprint = Blueprint("staff_set_parts", __name__, url_prefix="/v1/staff", description="Sessions and prices of a set")


@blueprint.post("/sets/<set_id>/sessions")
@access.staff(Scope.SETS_WRITE)
@blueprint.arguments(MeetingWire())
@blueprint.response(201, StaffSetWire())
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(operationId="addSession", security=[{"staff": ["sets:write"]}])
def add_session(wanted: dict[str, Any], set_id: str) -> Answer:
    """Have a set meet once more

    Sessions are numbered in the order of their dates.
    """
    edit = edit_of(set_id)
    with outside().database.writing() as session:
        scheduling.add_session(session, edit, Meeting(**wanted))
        return whole_set(session, edit.set_id, 201)


@blueprint.patch("/sets/<set_id>/sessions/<session_id>")
@access.staff(Scope.SETS_WRITE)
@blueprint.arguments(MeetingWire())
@blueprint.response(200, StaffSetWire())
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(412, "PRECONDITION_FAILED")
@blueprint.alt_response(428, "PRECONDITION_REQUIRED")
@blueprint.doc(operationId="moveSession", security=[{"staff": ["sets:write"]}], parameters=[IF_MATCH])
def move_session(wanted: dict[str, Any], set_id: str, session_id: str) -> Answer:
    """Move a session to another time

    `If-Match` carries the set's `ETag`. Calendars that have the session follow. A published set that is still to start
    cannot be moved into the past.
    """
    edit, meeting = edit_of(set_id, seen=seen_tag()), named(Prefix.SESSION, session_id, SessionNotFound)
    with outside().database.writing() as session:
        scheduling.move_session(session, edit, meeting, Meeting(**wanted))
        return whole_set(session, edit.set_id)


@blueprint.delete("/sets/<set_id>/sessions/<session_id>")
@access.staff(Scope.SETS_WRITE)
@blueprint.response(200, StaffSetWire())
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(operationId="dropSession", security=[{"staff": ["sets:write"]}])
def drop_session(set_id: str, session_id: str) -> Answer:
    """Drop a session

    A draft forgets it; a published set shows it as cancelled. The last one cannot be dropped.
    """
    edit, meeting = edit_of(set_id), named(Prefix.SESSION, session_id, SessionNotFound)
    with outside().database.writing() as session:
        scheduling.drop_session(session, edit, meeting)
        return whole_set(session, edit.set_id)


@blueprint.post("/sets/<set_id>/prices")
@access.staff(Scope.SETS_WRITE)
@blueprint.arguments(NewPriceWire())
@blueprint.response(201, StaffSetWire())
@blueprint.doc(operationId="addPrice", security=[{"staff": ["sets:write"]}])
def add_price(wanted: dict[str, Any], set_id: str) -> Answer:
    """Add a price

    What is free is booked without a payment, the rest is paid by card. Prices are never changed: withdraw one and add
    another, and bookings keep the price that they were made at.
    """
    edit = edit_of(set_id)
    with outside().database.writing() as session:
        price_list.add_price(session, edit, as_new_price(wanted))
        return whole_set(session, edit.set_id, 201)


@blueprint.delete("/sets/<set_id>/prices/<price_id>")
@access.staff(Scope.SETS_WRITE)
@blueprint.response(200, StaffSetWire())
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(operationId="withdrawPrice", security=[{"staff": ["sets:write"]}])
def withdraw_price(set_id: str, price_id: str) -> Answer:
    """Withdraw a price

    It is offered no longer; withdrawn again, nothing changes. The last price of a published set stays until there is
    another; to stop bookings, close enrolment.
    """
    edit, price = edit_of(set_id), named(Prefix.PRICE, price_id, PriceNotFound)
    with outside().database.writing() as session:
        price_list.withdraw_price(session, edit, price)
        return whole_set(session, edit.set_id)
