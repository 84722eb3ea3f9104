"""Terms and ground rules: versions that are added and never changed, for people accepted them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from marshmallow import fields

from api import access
from api.context import current_staff, outside
from api.paging import PageArgs, after_id, page_by_id
from api.wire import Blueprint, Instant, PublicId, Text, Wire
from services.access.keys import Scope
from services.audit.log import Change, record
from services.ids import Prefix
from services.sets import terms
from services.sets.terms import WrittenText

blueprint = Blueprint("staff_texts", __name__, url_prefix="/v1/staff", description="Terms and ground rules")


class NewTextWire(Wire):
    title = Text(max_length=200, required=True)
    text = Text(max_length=50_000, lines=True, required=True, metadata={"description": "Markdown"})


class WrittenTermsWire(Wire):
    id = PublicId(Prefix.TERMS, required=True)
    title = fields.String(required=True)
    text = fields.String(required=True, metadata={"description": "Markdown"})
    created_at = Instant(required=True)


class WrittenGroundRulesWire(WrittenTermsWire):
    id = PublicId(Prefix.GROUND_RULES, required=True)


class TermsPage(Wire):
    data = fields.List(fields.Nested(WrittenTermsWire()), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class GroundRulesPage(Wire):
    data = fields.List(fields.Nested(WrittenGroundRulesWire()), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


@blueprint.get("/terms")
@access.staff(Scope.SETS_READ)
@blueprint.arguments(PageArgs(), location="query")
@blueprint.response(200, TermsPage())
@blueprint.doc(operationId="listTerms", security=[{"staff": ["sets:read"]}])
def list_terms(query: dict[str, Any]) -> Any:
    """List versions of booking terms

    Newest first. A set names the version that is in force for it.
    """
    return _page(query, terms.list_terms)


@blueprint.post("/terms")
@access.staff(Scope.SETS_WRITE)
@blueprint.arguments(NewTextWire())
@blueprint.response(201, WrittenTermsWire())
@blueprint.doc(operationId="addTerms", security=[{"staff": ["sets:write"]}])
def add_terms(wanted: dict[str, str]) -> Any:
    """Add a version of booking terms

    It binds nobody until a set names it.
    """
    return _added(wanted, terms.add_terms, "terms")


@blueprint.get("/ground-rules")
@access.staff(Scope.SETS_READ)
@blueprint.arguments(PageArgs(), location="query")
@blueprint.response(200, GroundRulesPage())
@blueprint.doc(operationId="listGroundRules", security=[{"staff": ["sets:read"]}])
def list_ground_rules(query: dict[str, Any]) -> Any:
    """List versions of ground rules

    Newest first. A set names the version that is in force for it.
    """
    return _page(query, terms.list_ground_rules)


@blueprint.post("/ground-rules")
@access.staff(Scope.SETS_WRITE)
@blueprint.arguments(NewTextWire())
@blueprint.response(201, WrittenGroundRulesWire())
@blueprint.doc(operationId="addGroundRules", security=[{"staff": ["sets:write"]}])
def add_ground_rules(wanted: dict[str, str]) -> Any:
    """Add a version of ground rules

    It binds nobody until a set names it.
    """
    return _added(wanted, terms.add_ground_rules, "ground_rules")


def _page(query: dict[str, Any], list_texts: Callable[..., list[WrittenText]]) -> Any:
    with outside().database.reading() as session:
        found = list_texts(session, after=after_id(query["cursor"]), limit=query["limit"] + 1)
    return page_by_id(found, query["limit"])


def _added(wanted: dict[str, str], add: Callable[..., UUID], kind: str) -> dict[str, Any]:
    now = outside().clock.now()
    with outside().database.writing() as session:
        text_id = add(session, wanted["title"], wanted["text"], now=now)
        change = Change(current_staff().principal, f"{kind}.added", kind, text_id)
        record(session, change, at=now)
    return {"id": text_id, **wanted, "created_at": now}
