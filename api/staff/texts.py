"""Terms and ground rules: versions that are added and never changed, for people accepted them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marshmallow import fields

from api import access
from api.context import current_staff, outside
from api.paging import UpdatedPageArgs, after_id, page_by_id
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


@dataclass(frozen=True)
class TextKind:
    """One of the two kinds of text that people accept."""

    name: str
    """In the audit log."""
    path: str
    called: str
    """In a sentence of the spec."""
    operation: str
    """What the operations' ids end in."""
    version: Wire
    page: Wire
    list_versions: Callable[..., list[WrittenText]]
    add_version: Callable[..., UUID]


def _serve(kind: TextKind) -> None:
    """Let staff list the versions of a kind, and add one."""

    @blueprint.get(kind.path, endpoint=f"list_{kind.name}")
    @access.staff(Scope.SETS_READ)
    @blueprint.arguments(UpdatedPageArgs(), location="query")
    @blueprint.response(200, kind.page)
    @blueprint.doc(
        operationId=f"list{kind.operation}",
        summary=f"List versions of {kind.called}",
        description="Newest first. A set names the version that is in force for it.",
        security=[{"staff": ["sets:read"]}],
    )
    def list_versions(query: dict[str, Any]) -> Any:
        with outside().database.reading() as session:
            found = kind.list_versions(
                session, after=after_id(query["cursor"]), limit=query["limit"] + 1, added_since=query["updated_since"]
            )
        return page_by_id(found, query["limit"])

    @blueprint.post(kind.path, endpoint=f"add_{kind.name}")
    @access.staff(Scope.SETS_WRITE)
    @blueprint.arguments(NewTextWire())
    @blueprint.response(201, kind.version)
    @blueprint.doc(
        operationId=f"add{kind.operation}",
        summary=f"Add a version of {kind.called}",
        description="It binds nobody until a set names it.",
        security=[{"staff": ["sets:write"]}],
    )
    def add_version(wanted: dict[str, str]) -> Any:
        now = outside().clock.now()
        with outside().database.writing() as session:
            text_id = kind.add_version(session, wanted["title"], wanted["text"], now=now)
            change = Change(current_staff().principal, f"{kind.name}.added", kind.name, text_id)
            record(session, change, at=now)
        return {"id": text_id, **wanted, "created_at": now}


_serve(
    TextKind(
        name="terms",
        path="/terms",
        called="booking terms",
        operation="Terms",
        version=WrittenTermsWire(),
        page=TermsPage(),
        list_versions=terms.list_terms,
        add_version=terms.add_terms,
    )
)
_serve(
    TextKind(
        name="ground_rules",
        path="/ground-rules",
        called="ground rules",
        operation="GroundRules",
        version=WrittenGroundRulesWire(),
        page=GroundRulesPage(),
        list_versions=terms.list_ground_rules,
        add_version=terms.add_ground_rules,
    )
)
