"""What success answers carry in their headers, and the redirects on the way to one: said once, by what is answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api.preconditions import TAG_HEADER

OF_A_SET = "/v1/sets/{set_id}"
CATALOGUE, STAFF_SET = "sets", "StaffSetWire"
LOCATED = {
    "createBooking": "/v1/bookings/booking_01kbq8x5y3zerfv6nt7q2m4wch",
    "createSet": "/v1/staff/sets/set_01kbq8x5y3zerfv6nt7q2m4wch",
    "startImport": "/v1/finance/imports/import_01kbq8x5y3zerfv6nt7q2m4wch",
}
"""Operations whose answer says where what they made is, with an example of where."""


def _header(description: str, example: str, *, required: bool = False) -> dict[str, Any]:
    always = {"required": True} if required else {}
    return {"description": description, "schema": {"type": "string"}, "example": example} | always


NEXT = _header(
    'Where the next page is; absent from the last one: `<...>; rel="next"`',
    '<https://book.example.org/v1/sets?limit=20&cursor=AAABmFx2pAABnK1l0Zx7cG4>; rel="next"',
)
REPLAYED = _header("`true` where this key had this answer before, and nothing was done again", "true")
CACHED_TAG = _header(
    "Send it as `If-None-Match`, and what has not changed is answered 304", '"5f2c9a1e"', required=True
)
UNCHANGED = {"description": "As `If-None-Match` names it", "headers": {"ETag": CACHED_TAG}}
MOVED = {
    "description": "The set has another slug now: send the same request there",
    "headers": {"Location": _header("Where it is now", "/v1/sets/campaigners-online", required=True)},
}


def add_headers(described: dict[str, Any]) -> None:
    """Name the headers that each success answer carries, and the redirects that may lead to one."""
    schemas = described["components"]["schemas"]
    for path, item in described["paths"].items():
        for operation in item.values():
            if isinstance(operation, dict):
                responses = operation["responses"]
                for answer in [each for status, each in responses.items() if status.startswith("2")]:
                    if headers := dict(_headers(operation, answer, schemas)):
                        answer["headers"] = headers | answer.get("headers", {})
                if CATALOGUE in operation["tags"]:
                    responses["304"] = UNCHANGED
                if path.startswith(OF_A_SET):
                    responses["308"] = MOVED


def _headers(operation: dict[str, Any], answer: dict[str, Any], schemas: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    name = _name_of_schema(answer)
    if operation["operationId"] in LOCATED:
        yield "Location", _header("Where it can be read", LOCATED[operation["operationId"]], required=True)
    if "next_cursor" in schemas.get(name, {}).get("properties", {}):
        yield "Link", NEXT
    if name == STAFF_SET:
        yield from TAG_HEADER.items()
    if CATALOGUE in operation["tags"]:
        yield "ETag", CACHED_TAG
    if any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", [])):
        yield "Idempotent-Replayed", REPLAYED


def _name_of_schema(answer: dict[str, Any]) -> str:
    """Of the JSON that is answered; empty for an answer that is none."""
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).rpartition("/")[2]
