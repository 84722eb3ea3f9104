"""Which refusals each operation can answer, said once: what follows from its body, its path and who may enter."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from api.explanations import advice
from api.problems import FRAMEWORK, MEDIA_TYPE, STATUS
from services.errors import DomainError

INSTANCE = "urn:uuid:9d7b1c52-8f6e-4a31-b0c4-6f2f5a0e7d13"
BODY = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
RETRIED = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
ALWAYS = (*RETRIED, HTTPStatus.INTERNAL_SERVER_ERROR)
OPENED_BY_A_LETTER = frozenset({"mailbox", "preferences"})
"""Tokens without scopes and origins: they open it, or are none of ours."""
FIELDS = [{"pointer": "/booker/email", "detail": "Not a valid e-mail address."}]


def add_refusals(described: dict[str, Any]) -> None:
    """Name the refusals that no view has to name, and describe each status with an example of each of its problems."""
    used: set[int] = set()
    for path_item in described["paths"].values():
        in_path = path_item.get("parameters", [])
        for operation in path_item.values():
            if isinstance(operation, dict):
                responses = operation["responses"]
                responses.pop("default", None)
                for status in _implied(operation, in_path):
                    responses.setdefault(str(int(status)), {"$ref": _reference(status)})
                operation["responses"] = dict(sorted(responses.items()))
                used |= {int(status) for status, answer in responses.items() if "$ref" in answer}
    described["components"]["responses"] = {
        HTTPStatus(status).name: _described(HTTPStatus(status)) for status in sorted(used)
    }


def _implied(operation: dict[str, Any], in_path: list[Any]) -> Iterator[HTTPStatus]:
    yield from ALWAYS
    if "requestBody" in operation:
        yield from BODY
    if "requestBody" in operation or any(each["in"] == "query" for each in operation.get("parameters", [])):
        yield HTTPStatus.UNPROCESSABLE_ENTITY
    schemes = {scheme for either in operation["security"] for scheme in either}
    if schemes:
        yield HTTPStatus.UNAUTHORIZED
    if schemes - OPENED_BY_A_LETTER:
        yield HTTPStatus.FORBIDDEN
    if in_path:
        yield HTTPStatus.NOT_FOUND


def _reference(status: HTTPStatus) -> str:
    return f"#/components/responses/{status.name}"


def _described(status: HTTPStatus) -> dict[str, Any]:
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": dict(_examples(status))}
    response: dict[str, Any] = {"description": status.phrase, "content": {MEDIA_TYPE: content}}
    if status in RETRIED:
        header = {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 1}, "example": 5}
        response["headers"] = {"Retry-After": header}
    if status is HTTPStatus.UNAUTHORIZED:
        header = {"description": "How to prove who asks", "schema": {"type": "string"}, "example": "Bearer"}
        response["headers"] = {"WWW-Authenticate": header}
    return response


def _examples(status: HTTPStatus) -> Iterator[tuple[str, dict[str, Any]]]:
    titles = {error.code: error.title for error in _refusals(DomainError) if STATUS[error.kind] is status}
    if status in FRAMEWORK:
        code, title = FRAMEWORK[status]
        titles[code] = title
    for code, title in sorted(titles.items()):
        value = {"type": f"/problems/{code}", "title": title, "status": int(status), "detail": advice(code)}
        value["instance"] = INSTANCE
        if status is HTTPStatus.UNPROCESSABLE_ENTITY and code == "invalid-request":
            value["errors"] = FIELDS
        yield code, {"summary": title, "value": value}


def _refusals(family: type[DomainError]) -> Iterator[type[DomainError]]:
    """Every refusal there is that clients can meet: those with a code."""
    for child in family.__subclasses__():
        if "code" in vars(child):
            yield child
        yield from _refusals(child)
