"""Whether the process lives, and whether it can take work."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from api import access
from api.context import outside
from services.database import DatabaseBusy
from services.migrations import current_revision, head_revision

blueprint = Blueprint("health", __name__)


@blueprint.get("/livez")
@access.nobody
def livez() -> Response:
    """Touches nothing: the process answers."""
    return jsonify({"status": "alive"})


@blueprint.get("/readyz")
@access.nobody
def readyz() -> tuple[Response, int]:
    """Database in reach and migrated to the revision this code was written for."""
    checks = _checks()
    ready = all(found == "ok" for found in checks.values())
    return jsonify({"status": "ready" if ready else "not ready", "checks": checks}), 200 if ready else 503


def _checks() -> dict[str, Any]:
    try:
        with outside().database.reading() as session:
            current = current_revision(session)
    except DatabaseBusy:
        return {"database": "out of reach", "migrations": "unknown"}
    return {"database": "ok", "migrations": "ok" if current == head_revision() else "not at head"}
