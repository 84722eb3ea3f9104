"""The catalogue: published sets, as anybody may see them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Response, request
from marshmallow import fields

from api import access
from api.calendars import DESCRIBED, calendar_answer
from api.context import outside
from api.paging import PageArgs, open_cursor, page
from api.wire import Blueprint, Instant, MoneyWire, PublicId, Text, Wire
from services.ids import Prefix
from services.journeys.set_calendar import set_calendar
from services.sets import catalogue
from services.sets.catalogue import After, Filters
from services.sets.views import EnrolmentStatus, SetView
from services.sets.words import SetFormat

blueprint = Blueprint("sets", __name__, url_prefix="/v1", description="Learning sets that take bookings")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SetsQuery(PageArgs):
    theme = Text(max_length=60, load_default=None)
    format = fields.Enum(SetFormat, by_value=True, load_default=None)
    enrolment_status = fields.Enum(EnrolmentStatus, by_value=True, load_default=None)
    starts_after = Instant(load_default=None)


class SessionWire(Wire):
    id = PublicId(Prefix.SESSION, required=True)
    number = fields.Integer(required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    status = fields.String(required=True, metadata={"enum": ["scheduled", "cancelled"]})


class VatWire(Wire):
    code = fields.String(required=True, metadata={"enum": ["S20", "R5", "Z", "E", "O"]})
    rate_percent = fields.String(required=True)


class PriceWire(Wire):
    id = PublicId(Prefix.PRICE, required=True)
    name = fields.String(required=True)
    band = fields.String(required=True, allow_none=True)
    amount = fields.Nested(MoneyWire(), required=True)
    vat = fields.Nested(VatWire(), required=True)
    payment_methods = fields.List(fields.String(), required=True)


class TermsWire(Wire):
    id = PublicId(Prefix.TERMS, required=True)
    title = fields.String(required=True)
    text_html = fields.String(required=True)


class GroundRulesWire(Wire):
    id = PublicId(Prefix.GROUND_RULES, required=True)
    title = fields.String(required=True)
    text_html = fields.String(required=True)


class FacilitatorWire(Wire):
    name = fields.String(required=True)


class SetWire(Wire):
    id = PublicId(Prefix.SET, required=True)
    slug = fields.String(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    description = fields.String(required=True, metadata={"description": "Markdown"})
    description_html = fields.String(required=True, metadata={"description": "The same, as sanitised HTML"})
    theme = fields.String(required=True)
    format = fields.Enum(SetFormat, by_value=True, required=True)
    location = fields.String(required=True, allow_none=True)
    language = fields.String(required=True)
    enrolment_status = fields.Enum(EnrolmentStatus, by_value=True, required=True)
    mode = fields.String(required=True, metadata={"enum": ["instant", "application"]})
    capacity = fields.Integer(required=True)
    places_left = fields.Integer(required=True)
    minimum_numbers = fields.Integer(required=True, allow_none=True)
    decision_on = fields.Date(required=True, allow_none=True)
    timezone = fields.String(required=True, metadata={"description": "IANA name; sessions keep its wall clock"})
    sessions = fields.List(fields.Nested(SessionWire()), required=True)
    prices = fields.List(fields.Nested(PriceWire()), required=True, metadata={"description": "Ascending by amount"})
    terms = fields.Nested(TermsWire(), required=True, allow_none=True)
    ground_rules = fields.Nested(GroundRulesWire(), required=True, allow_none=True)
    questions: fields.Constant[list[Any]] = fields.Constant(
        [], metadata={"type": "array", "items": {}, "description": "To answer when booking; no set asks any yet"}
    )
    facilitators = fields.List(fields.Nested(FacilitatorWire()), required=True)


class SetsPage(Wire):
    data = fields.List(fields.Nested(SetWire()), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


@blueprint.get("/sets")
@access.nobody
@blueprint.arguments(SetsQuery(), location="query")
@blueprint.response(200, SetsPage())
@blueprint.doc(operationId="listSets", security=[])
def list_sets(query: dict[str, Any]) -> Any:
    """List the published sets

    In the order of their first session, with sessions, prices and the places that are left. No key is needed; the
    answer carries an ETag and may be cached for a few seconds.
    """
    after = _after(open_cursor(query["cursor"]))
    filters = Filters(query["theme"], query["format"], query["enrolment_status"], query["starts_after"])
    with outside().database.reading() as session:
        found = catalogue.list_sets(session, filters, after=after, limit=query["limit"] + 1, now=outside().clock.now())
    return page(found, query["limit"], _position)


@blueprint.get("/sets/<set_id>")
@access.nobody
@blueprint.response(200, SetWire())
@blueprint.doc(operationId="getSet", security=[])
def get_set(set_id: str) -> SetView:
    """Show one set

    By id or slug, with description, sessions, price bands, terms and ground rules. The joining link of an online set
    is never here: enrolled people get it with their dates.
    """
    with outside().database.reading() as session:
        return catalogue.get_set(session, set_id, now=outside().clock.now())


@blueprint.get("/sets/<set_id>/calendar.ics")
@access.nobody
@blueprint.doc(operationId="getSetCalendar", security=[], responses=DESCRIBED)
def get_calendar(set_id: str) -> Response:
    """Get the dates of a set as a calendar file

    By id or slug, every session under an id that it keeps for ever: one that moves changes its entry, one that is
    dropped is shown as cancelled. The joining link is never here.
    """
    return calendar_answer(set_calendar(outside(), set_id))


@blueprint.after_request
def make_cacheable(response: Response) -> Response:
    """An ETag of the answer's bytes, and 304 for who has them."""
    if response.status_code == 200 and request.method in access.READING:
        response.headers["Cache-Control"] = "public, max-age=5"
        response.add_etag()
        response.make_conditional(request)
    return response


def _position(last: SetView) -> bytes:
    micros = (last.starts_at - EPOCH) // timedelta(microseconds=1)
    return micros.to_bytes(8, "big") + last.id.bytes


def _after(position: bytes | None) -> After | None:
    if position is None:
        return None
    starts_at = EPOCH + timedelta(microseconds=int.from_bytes(position[:8], "big"))
    return After(starts_at, UUID(bytes=position[8:]))
