"""Staff's sets: written down, changed, shown in the catalogue and taken out of it."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from api import access
from api.context import current_staff, outside
from api.paging import PageArgs, after_id, page_by_id
from api.preconditions import IF_MATCH, seen_tag
from api.staff.edits import Answer, edit_of, set_named, whole_set
from api.staff.set_fields import NewSetWire, SetChangesWire, StaffSetWire, as_new_price
from api.wire import Blueprint, Instant, Wire
from services.access.keys import Scope
from services.ids import Prefix, to_public
from services.sets import publishing
from services.sets.drafting import NewSet, add_set
from services.sets.editing import edit_set
from services.sets.meetings import Meeting
from services.sets.staff_views import StaffFilters, list_staff_sets
from services.sets.words import SetStatus

blueprint = Blueprint("staff_sets", __name__, url_prefix="/v1/staff", description="Sets, as staff keep them")


class StaffSetsPage(Wire):
    data = fields.List(fields.Nested(StaffSetWire()), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class StaffSetsQuery(PageArgs):
    status = fields.Enum(SetStatus, by_value=True, load_default=None)
    updated_since = Instant(load_default=None)


@blueprint.get("/sets")
@access.staff(Scope.SETS_READ)
@blueprint.arguments(StaffSetsQuery(), location="query")
@blueprint.response(200, StaffSetsPage())
@blueprint.doc(operationId="listStaffSets", security=[{"staff": ["sets:read"]}])
def list_sets(query: dict[str, Any]) -> Any:
    """List all sets, drafts too

    Newest first.
    """
    filters = StaffFilters(query["status"], query["updated_since"])
    with outside().database.reading() as session:
        found = list_staff_sets(session, filters, after=after_id(query["cursor"]), limit=query["limit"] + 1)
    return page_by_id(found, query["limit"])


@blueprint.post("/sets")
@access.staff(Scope.SETS_WRITE)
@blueprint.arguments(NewSetWire())
@blueprint.response(201, StaffSetWire())
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(operationId="createSet", security=[{"staff": ["sets:write"]}])
def create_set(wanted: dict[str, Any]) -> Any:
    """Write a set down

    A draft, which nobody sees until it is published.
    """
    meetings = [Meeting(**each) for each in wanted.pop("sessions")]
    prices = [as_new_price(each) for each in wanted.pop("prices")]
    new = NewSet(meetings=meetings, prices=prices, **wanted)
    with outside().database.writing() as session:
        set_id = add_set(session, new, actor=current_staff().principal, now=outside().clock.now())
        shown, status, headers = whole_set(session, set_id, 201)
    return shown, status, {**headers, "Location": f"/v1/staff/sets/{to_public(Prefix.SET, set_id)}"}


@blueprint.get("/sets/<set_id>")
@access.staff(Scope.SETS_READ)
@blueprint.response(200, StaffSetWire())
@blueprint.doc(operationId="getStaffSet", security=[{"staff": ["sets:read"]}])
def get_set(set_id: str) -> Answer:
    """Show a set as staff keep it

    Its `ETag` goes into `If-Match` with a change.
    """
    with outside().database.reading() as session:
        return whole_set(session, set_named(set_id))


@blueprint.patch("/sets/<set_id>")
@access.staff(Scope.SETS_WRITE)
@blueprint.arguments(SetChangesWire())
@blueprint.response(200, StaffSetWire())
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(412, "PRECONDITION_FAILED")
@blueprint.alt_response(428, "PRECONDITION_REQUIRED")
@blueprint.doc(operationId="editSet", security=[{"staff": ["sets:write"]}], parameters=[IF_MATCH])
def change_set(wanted: dict[str, Any], set_id: str) -> Answer:
    """Change a set

    What is left out stays as it is; `facilitators` replaces the whole list. A former slug leads on to the set. Fewer
    places than are taken are refused with their number, and so is what would take from a published set something that
    publishing asks for. New terms and ground rules bind those who book from then on.
    """
    edit = edit_of(set_id, seen=seen_tag())
    with outside().database.writing() as session:
        edit_set(session, edit, wanted)
        return whole_set(session, edit.set_id)


@blueprint.post("/sets/<set_id>/publication")
@access.staff(Scope.SETS_WRITE)
@blueprint.response(200, StaffSetWire())
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(operationId="publishSet", security=[{"staff": ["sets:write"]}])
def publish(set_id: str) -> Answer:
    """Show a set in the catalogue

    From then on it takes bookings, within its enrolment window. It needs a first session that is still to come, a
    price, and where or by which link it meets: the problem names what is missing.
    """
    edit = edit_of(set_id)
    with outside().database.writing() as session:
        publishing.publish(session, edit)
        return whole_set(session, edit.set_id)


@blueprint.delete("/sets/<set_id>/publication")
@access.staff(Scope.SETS_WRITE)
@blueprint.response(200, StaffSetWire())
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(operationId="unpublishSet", security=[{"staff": ["sets:write"]}])
def unpublish(set_id: str) -> Answer:
    """Take a set out of the catalogue

    A draft again; refused once anybody has a place on it.
    """
    edit = edit_of(set_id)
    with outside().database.writing() as session:
        publishing.unpublish(session, edit)
        return whole_set(session, edit.set_id)
