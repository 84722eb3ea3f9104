"""Which pages of other origins may call the API from a browser: what anybody may see, any page; the rest, listed ones.

No answer allows credentials: keys and tokens travel in headers, and staff's cookie is for our own pages alone.
"""

from __future__ import annotations

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException

from api.access import Rule, Who, rule_of
from api.context import outside
from services.access.keys import is_listed_origin
from services.database import DatabaseBusy

PREFIX = "/v1/"
SENT_HEADERS = "Authorization, Content-Type, Idempotency-Key, X-Form-Token, X-Proof-Of-Work, X-Site-Key"
READ_HEADERS = "ETag, Idempotent-Replayed, Link, Location, RateLimit, RateLimit-Policy, Retry-After"
PREFLIGHT_LIVES_SECONDS = "600"
READING = frozenset({"GET", "HEAD"})
CALLED_BY_PAGES = frozenset({Who.NOBODY, Who.SITE, Who.HOLDER, Who.MAILBOX, Who.PREFERENCES})


def allow_origin(response: Response) -> Response:
    """Say to the browser whether the page that asked may read this answer, or send what it asks leave for."""
    if not request.path.startswith(PREFIX):
        return response
    method = request.headers.get("Access-Control-Request-Method") if request.method == "OPTIONS" else request.method
    rule = _rule_for(method)
    if rule is not None and rule.who is Who.NOBODY and method in READING:
        response.headers["Access-Control-Allow-Origin"] = "*"
    else:
        response.vary.add("Origin")
        if rule is None or rule.who not in CALLED_BY_PAGES or not _is_listed(request.headers.get("Origin")):
            return response
        response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = method
        response.headers["Access-Control-Allow-Headers"] = SENT_HEADERS
        response.headers["Access-Control-Max-Age"] = PREFLIGHT_LIVES_SECONDS
    else:
        response.headers["Access-Control-Expose-Headers"] = READ_HEADERS
    return response


def _rule_for(method: str | None) -> Rule | None:
    """The rule of the route that this method reaches at this address; None where there is none."""
    try:
        routes = current_app.create_url_adapter(request)
        if method is None or routes is None:
            return None
        endpoint, _ = routes.match(method=method)
    except HTTPException:
        return None
    return rule_of(current_app, endpoint)


def _is_listed(origin: str | None) -> bool:
    if origin is None:
        return False
    try:
        with outside().database.reading() as session:
            return is_listed_origin(session, origin)
    except DatabaseBusy:
        return False
