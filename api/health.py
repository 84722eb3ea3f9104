"""Whether the process lives, whether it can take work, and how it fares."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from api import access
from api.context import outside
from api.metrics import CONTENT_TYPE, exposition
from services.journeys.readiness import Verdict, check_readiness

blueprint = Blueprint("health", __name__)


@blueprint.get("/livez")
@access.nobody
def livez() -> Response:
    """Touches nothing: the process answers."""
    return jsonify({"status": "alive"})


@blueprint.get("/readyz")
@access.nobody
def readyz() -> tuple[Response, int]:
    """503 where a check failed; 200 while all that is wrong is that somebody else is out of reach."""
    checks = check_readiness(outside())
    verdicts = {check.verdict for check in checks}
    failed = Verdict.FAILED in verdicts
    status = "not ready" if failed else "degraded" if Verdict.DEGRADED in verdicts else "ready"
    told = {check.name: check.detail or check.verdict.value for check in checks}
    return jsonify({"status": status, "checks": told}), 503 if failed else 200


@blueprint.get("/metrics")
@access.scraper
def metrics() -> Response:
    """For Prometheus: requests by route template, and what waits to be done."""
    return Response(exposition(outside()), content_type=CONTENT_TYPE)
