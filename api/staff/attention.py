"""What needs a person: matters that are open, and jobs that failed for good."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from api import access
from api.context import current_staff, outside
from api.paging import UpdatedPageArgs, after_id, open_cursor, page, page_by_id
from api.paths import named
from api.wire import Blueprint, Instant, PublicId, Wire
from services.access.keys import Scope
from services.attention import items
from services.attention.errors import AttentionItemNotFound
from services.attention.items import ItemView
from services.attention.words import AttentionKind
from services.effects.failures import FailedEffect, list_failed
from services.effects.kinds import EffectKind
from services.ids import Prefix
from services.journeys.rerun_job import rerun_job

blueprint = Blueprint("staff_attention", __name__, url_prefix="/v1/staff", description="What needs a person")


class ItemWire(Wire):
    id = PublicId(Prefix.ATTENTION, required=True)
    kind = fields.Enum(AttentionKind, by_value=True, required=True)
    subject = fields.String(
        required=True,
        metadata={"description": "What it is about: an id, or a job", "example": "booking_01kbq8x5y3zerfv6nt7q2m4wch"},
    )
    opened_at = Instant(required=True)
    closed_at = Instant(required=True, allow_none=True)
    closed_by = fields.String(required=True, allow_none=True, metadata={"example": None})


class ItemsPage(Wire):
    data = fields.List(fields.Nested(ItemWire()), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class ItemsQuery(UpdatedPageArgs):
    open = fields.Boolean(load_default=None, metadata={"description": "Only open ones, or only closed ones"})


class JobWire(Wire):
    key = fields.String(required=True, metadata={"example": "send_letter:0199e5c2-8f6e-7a31-b0c4-6f2f5a0e7d13"})
    kind = fields.Enum(EffectKind, by_value=True, required=True)
    attempt = fields.Integer(required=True, metadata={"example": 8})
    problem = fields.String(
        required=True, allow_none=True, metadata={"description": "Class of the last error", "example": "KeyError"}
    )
    created_at = Instant(required=True)
    finished_at = Instant(required=True, allow_none=True)


class JobsPage(Wire):
    data = fields.List(fields.Nested(JobWire()), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


@blueprint.get("/attention")
@access.staff(Scope.BOOKINGS_READ)
@blueprint.arguments(ItemsQuery(), location="query")
@blueprint.response(200, ItemsPage())
@blueprint.doc(operationId="listAttention", security=[{"staff": ["bookings:read"]}])
def list_attention(query: dict[str, Any]) -> Any:
    """List what needs a person

    Newest first. An item says its kind and what it is about, by id.
    """
    with outside().database.reading() as session:
        found = items.list_items(
            session,
            is_open=query["open"],
            after=after_id(query["cursor"]),
            limit=query["limit"] + 1,
            updated_since=query["updated_since"],
        )
    return page_by_id(found, query["limit"])


@blueprint.post("/attention/<item_id>/closing")
@access.staff(Scope.BOOKINGS_WRITE)
@blueprint.response(200, ItemWire())
@blueprint.doc(operationId="closeAttention", security=[{"staff": ["bookings:write"]}])
def close_attention(item_id: str) -> ItemView:
    """Close an item

    It is dealt with. Closed again, nothing changes.
    """
    item = named(Prefix.ATTENTION, item_id, AttentionItemNotFound)
    with outside().database.writing() as session:
        return items.close_item(session, item, by=current_staff().principal, now=outside().clock.now())


@blueprint.get("/jobs")
@access.staff(Scope.BOOKINGS_READ)
@blueprint.arguments(UpdatedPageArgs(), location="query")
@blueprint.response(200, JobsPage())
@blueprint.doc(operationId="listFailedJobs", security=[{"staff": ["bookings:read"]}])
def list_failed_jobs(query: dict[str, Any]) -> Any:
    """List the jobs that failed for good

    What an outage holds up is not among them: that is tried again for as long as it takes.
    """
    position = open_cursor(query["cursor"])
    after = position.decode() if position is not None else None
    with outside().database.reading() as session:
        found = list_failed(session, after=after, limit=query["limit"] + 1, failed_since=query["updated_since"])
    return page(found, query["limit"], lambda last: last.key.encode())


@blueprint.post("/jobs/<key>/run")
@access.staff(Scope.BOOKINGS_WRITE)
@blueprint.response(202, JobWire())
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(operationId="runJobAgain", security=[{"staff": ["bookings:write"]}])
def run_job_again(key: str) -> FailedEffect:
    """Run a failed job again

    The worker takes it up within a second or two, as another attempt.
    """
    return rerun_job(outside(), key, actor=current_staff().principal)
