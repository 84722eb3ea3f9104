"""Fetching from Stripe, and how far that has come."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from api import access
from api.context import current_staff, outside
from api.paths import named
from api.wire import Blueprint, Instant, PublicId, Wire
from services.access.keys import Scope
from services.finance.errors import ImportNotFound
from services.finance.imports import find_trouble, get_import, request_import
from services.finance.words import ImportStatus, ImportTrouble
from services.ids import Prefix, to_public

blueprint = Blueprint("finance_imports", __name__, url_prefix="/v1/finance", description="Fetching from Stripe")


class ImportQuery(Wire):
    starts_over = fields.Boolean(
        load_default=False, metadata={"description": "Read everything again, from the first transaction on"}
    )


class ImportWire(Wire):
    id = PublicId(Prefix.IMPORT, required=True)
    status = fields.Enum(
        ImportStatus,
        by_value=True,
        required=True,
        metadata={
            "description": "`done` once what was found is posted and compared too; `failed` where Stripe refuses it"
        },
    )
    starts_over = fields.Boolean(required=True)
    requested_at = Instant(required=True)
    finished_at = Instant(required=True, allow_none=True)
    transactions_read = fields.Integer(required=True, metadata={"example": 341})
    transactions_new = fields.Integer(required=True, metadata={"example": 12})
    payouts_read = fields.Integer(required=True, metadata={"example": 1})
    failure = fields.String(
        required=True, allow_none=True, metadata={"description": "Why it failed, in words", "example": None}
    )
    trouble = fields.Enum(
        ImportTrouble,
        by_value=True,
        required=True,
        allow_none=True,
        metadata={
            "description": "`trying_again`: Stripe is out of reach, and it goes on by itself; `given_up`: an error of "
            "ours, which staff see among the jobs that failed"
        },
    )


@blueprint.post("/imports")
@access.staff(Scope.FINANCE_WRITE)
@blueprint.arguments(ImportQuery(), location="query")
@blueprint.response(202, ImportWire())
@blueprint.doc(operationId="startImport", security=[{"staff": ["finance:write"]}])
def start_import(query: dict[str, Any]) -> Any:
    """Fetch from Stripe now

    The worker does so every ten minutes by itself. The answer's `Location` says how far it has come.
    """
    with outside().database.writing() as session:
        asked = request_import(
            session,
            requested_by=current_staff().principal,
            starts_over=query["starts_over"],
            now=outside().clock.now(),
        )
    address = f"/v1/finance/imports/{to_public(Prefix.IMPORT, asked.id)}"
    return {**vars(asked), "trouble": None}, 202, {"Location": address}


@blueprint.get("/imports/<import_id>")
@access.staff(Scope.FINANCE_READ)
@blueprint.response(200, ImportWire())
@blueprint.doc(operationId="getImport", security=[{"staff": ["finance:read"]}])
def show_import(import_id: str) -> dict[str, Any]:
    """Show how far an import has come

    Imports are remembered for thirty days. One that an outage of Stripe's keeps waiting goes on from where it was.
    """
    wanted = named(Prefix.IMPORT, import_id, ImportNotFound)
    with outside().database.reading() as session:
        return {**vars(get_import(session, wanted)), "trouble": find_trouble(session, wanted)}
