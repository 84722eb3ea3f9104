"""Every request is counted and told in the log: its route's template, never its path, which may hold a token."""

from __future__ import annotations

import time

import structlog
from flask import Flask, Response, g, request

from api.metrics import observe
from api.problems import instance

NO_ROUTE = "none"
QUIET = frozenset({"/livez", "/readyz", "/metrics"})
"""Asked by machines every few seconds: counted, and told in the log only when they fail."""

log = structlog.get_logger()


def watch(app: Flask) -> None:
    """To be called before any other hook is added, so that it sees each request first and each answer last."""
    app.before_request(_begin)
    app.after_request(_tell)


def _begin() -> None:
    g.began_at = time.perf_counter()


def _tell(response: Response) -> Response:
    seconds = time.perf_counter() - g.pop("began_at", time.perf_counter())
    route = str(request.url_rule) if request.url_rule is not None else NO_ROUTE
    observe(request.method, route, response.status_code, seconds)
    if route not in QUIET or response.status_code >= 400:
        log.info(
            "request",
            method=request.method[:10],
            route=route,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            instance=instance(),
        )
    return response
