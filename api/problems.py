"""Refusals, as RFC 9457 problem details: the one place that maps a refusal's kind to an HTTP status."""

from __future__ import annotations

import math
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from flask import Response, current_app, g, render_template, request
from flask_smorest import Api
from flask_smorest.utils import prepare_response
from marshmallow import INCLUDE, Schema, fields
from werkzeug.exceptions import HTTPException

from api.explanations import advice
from services.errors import DomainError, Kind

MEDIA_TYPE = "application/problem+json"

STATUS: dict[Kind, HTTPStatus] = {
    Kind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Kind.CONFLICT: HTTPStatus.CONFLICT,
    Kind.MALFORMED: HTTPStatus.BAD_REQUEST,
    Kind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.UNPROVEN: HTTPStatus.UNAUTHORIZED,
    Kind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Kind.GONE: HTTPStatus.GONE,
    Kind.STALE: HTTPStatus.PRECONDITION_FAILED,
    Kind.UNSEEN: HTTPStatus.PRECONDITION_REQUIRED,
    Kind.TOO_OFTEN: HTTPStatus.TOO_MANY_REQUESTS,
    Kind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}

FRAMEWORK: dict[int, tuple[str, str]] = {
    400: ("malformed-request", "The request cannot be read"),
    404: ("not-found", "There is nothing at this address"),
    405: ("method-not-allowed", "This address does not take that method"),
    413: ("payload-too-large", "The request is too large"),
    415: ("unsupported-media-type", "The request must be JSON"),
    422: ("invalid-request", "Some fields need attention"),
    429: ("rate-limited", "Too many requests in a short time: please wait a little"),
    500: ("internal-error", "Something went wrong on our side"),
}
"""Code and title of what the framework refuses before a view runs."""


class ProblemDetail(Schema):
    pointer = fields.String(required=True, metadata={"description": "JSON pointer to the place in the body"})
    detail = fields.String(required=True)


class Problem(Schema):
    """A problem detail, as RFC 9457 describes it."""

    type = fields.String(required=True, metadata={"example": "/problems/set-full"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "What is wrong this time, or what to do about it"})
    instance = fields.String(required=True, metadata={"description": "Names this one occurrence; quote it to us"})
    errors = fields.List(fields.Nested(ProblemDetail()))

    class Meta:
        unknown = INCLUDE


class HouseApi(Api):
    """flask-smorest's Api, answering every refusal as a problem."""

    ERROR_SCHEMA = Problem

    def handle_http_exception(self, error: HTTPException) -> Response:
        return from_http(error)

    def _register_error_handlers(self) -> None:
        super()._register_error_handlers()
        self._app.register_error_handler(DomainError, from_domain)

    def _register_responses(self) -> None:
        for status in HTTPStatus:
            response: dict[str, Any] = {"description": status.phrase}
            if status >= HTTPStatus.BAD_REQUEST:
                response["schema"] = self.ERROR_SCHEMA
            prepare_response(response, self.spec, MEDIA_TYPE)
            self.spec.components.response(status.name, response, lazy=True)
        default: dict[str, Any] = {"description": "Any other problem", "schema": self.ERROR_SCHEMA}
        prepare_response(default, self.spec, MEDIA_TYPE)
        self.spec.components.response("DEFAULT_ERROR", default, lazy=True)


def from_domain(error: DomainError) -> Response:
    """A rule of ours said no."""
    response = _answer(STATUS[error.kind], error.code, error.title, error.facts())
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        response.headers["Retry-After"] = str(max(1, math.ceil(retry_after)))
    elif error.kind is Kind.UNAVAILABLE:
        response.headers["Retry-After"] = "5"
    if error.kind is Kind.UNPROVEN:
        response.headers["WWW-Authenticate"] = g.get("challenge", "Bearer")
    return response


def from_http(error: HTTPException) -> Response:
    """The framework said no, before or around a view; its own words are not repeated, for they may echo the input."""
    status = HTTPStatus(error.code or 500)
    known = status if status in FRAMEWORK else (400 if status < HTTPStatus.INTERNAL_SERVER_ERROR else 500)
    code, title = FRAMEWORK[known]
    facts: dict[str, object] = {}
    messages = (getattr(error, "data", None) or {}).get("messages")
    if status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY} and messages:
        facts["errors"] = list(flattened(messages))
    response = _answer(status, code, title, facts)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def instance() -> str:
    """Names this request in the answer and in the log."""
    if "problem_instance" not in g:
        g.problem_instance = f"urn:uuid:{uuid4()}"
    name: str = g.problem_instance
    return name


def _answer(status: HTTPStatus, code: str, title: str, facts: dict[str, object]) -> Response:
    if _wants_page():
        page = render_template("error.html", title=title, detail=facts.get("detail"), status=int(status))
        return Response(page, status=int(status), mimetype="text/html")
    body = {"type": f"/problems/{code}", "title": title, "status": int(status), "detail": advice(code)}
    body |= {"instance": instance(), **facts}
    return Response(current_app.json.dumps(body), status=int(status), content_type=MEDIA_TYPE)


def _wants_page() -> bool:
    """A browser showing a page to a person, rather than a program."""
    if request.path.startswith(("/v1/", "/webhooks/", "/openapi.json", "/livez", "/readyz")):
        return False
    accepts = request.accept_mimetypes
    return accepts["text/html"] > accepts["application/json"]


def flattened(messages: Any, pointer: str = "", *, located: bool = False) -> Iterator[dict[str, str]]:
    """Marshmallow's nested messages as a flat list of pointers; the outermost level names where it was read from."""
    if isinstance(messages, dict):
        for key, inner in messages.items():
            step = "" if not located or key == "_schema" else f"/{_escaped(str(key))}"
            yield from flattened(inner, pointer + step, located=True)
    elif isinstance(messages, list):
        for message in messages:
            yield from flattened(message, pointer, located=True)
    else:
        yield {"pointer": pointer, "detail": str(messages)}


def _escaped(key: str) -> str:
    return key[:80].replace("~", "~0").replace("/", "~1")
