"""Examples for every operation in the spec, put together from examples of single values.

A field says its own with `metadata={"example": ...}`, or has one here by its name; a test finds those with neither.
"""

from __future__ import annotations

import re
from typing import Any

from services.ids import Prefix

SUFFIX = "01kbq8x5y3zerfv6nt7q2m4wch"
"""Of example ids: a UUIDv7 in base32."""
ID = re.compile(r"\^\(?(\w+)_")

BY_NAME: dict[str, Any] = {
    "amount_minor": 18000,
    "at": "2027-01-12T09:30:00Z",
    "band": "under_100k",
    "capacity": 6,
    "charity_number": "1234567",
    "checkout_url": "https://checkout.stripe.com/c/pay/cs_test_a1b2c3",
    "confirmed_at": "2027-01-12T09:41:00Z",
    "created_at": "2027-01-12T09:30:00Z",
    "currency": "GBP",
    "cursor": "AAABmFx2pAABnK1l0Zx7cG4",
    "decision_on": "2027-01-11",
    "description": "Bring **one question** you cannot answer alone.",
    "description_html": "<p>Bring <strong>one question</strong> you cannot answer alone.</p>",
    "email": "ada@example.org",
    "ends_at": "2027-01-25T13:00:00Z",
    "held_until": "2027-01-12T10:15:00Z",
    "holder_token": "AZvLjpa0eD2qjqfVEjErLmBzq0nN0h8E7yFGkmv8sYw",
    "instance": "urn:uuid:9d7b1c52-8f6e-4a31-b0c4-6f2f5a0e7d13",
    "item_id": f"attention_{SUFFIX}",
    "key": "send_letter:01994d2f-6a3e-7c10-9b5e-2f8d4a7c1e60",
    "joining_link": "https://meet.example.org/campaigners",
    "language": "en",
    "limit": 20,
    "line_id": f"bank_line_{SUFFIX}",
    "location": "The Old Wool Hall, 4 Canal Street, Leeds",
    "manage_url": "https://book.example.org/bookings/t/AZvLjpa0eD2qjqfVEjErLmBzq0nN0h8E7yFGkmv8sYw",
    "mailbox_token": "AZvLjpe1hT3xkqB0m2vYcR9sW5uE7aGdJ4nQ8zXoLfI",
    "minimum_numbers": 5,
    "month": "2026-11",
    "name": "Ada Obi",
    "next_cursor": None,
    "nominal_code": "4000",
    "cost_centre": "SETS",
    "number": 1,
    "payment_method": "card",
    "payment_pending": False,
    "payout_id": "po_1SbQ2rLkdIwHu7ix0oZr5c2T",
    "places_left": 4,
    "preferences_token": "AZvLjpdKfW6Qm1n0b3xqk2jV7cYyRrA5v8H1sT4uWg0",
    "questions": [],
    "rate_percent": "0",
    "return_url": "https://larkfield.example/thanks",
    "set_title": "Campaigners' action learning set",
    "slug": "campaigners-online",
    "starts_at": "2027-01-25T10:00:00Z",
    "starts_after": "2027-01-01T00:00:00Z",
    "summary": "Six people who run campaigns, six online meetings, one facilitator.",
    "text": "Send me the newsletter by e-mail, on the topics I ticked.",
    "text_html": "<p>What is said in the set stays in the set.</p>",
    "theme": "campaigning",
    "timezone": "Europe/London",
    "title": "Campaigners' action learning set",
    "token": "s3cB1mQ7vKx0tYw9rJzN4hLpE2uFgA6dHcVbXiOaR8M",
    "updated_at": "2027-01-12T09:30:00Z",
    "vat_reason": "Education by an eligible body",
    "updated_since": "2027-01-01T00:00:00Z",
}
NAMES_OF_THINGS = frozenset(Prefix)
BY_FORMAT = {
    "date-time": "2027-01-25T10:00:00Z",
    "date": "2027-01-11",
    "email": "ada@example.org",
    "uri": "https://larkfield.example/thanks",
}
BY_TYPE = {"integer": 1, "number": 1, "boolean": True, "string": "?"}
"""For a field that nobody gave an example."""
LISTS = {"facilitators": ["Marian Osei"], "topics": ["news", "events"], "payment_methods": ["card"]}


def add_examples(described: dict[str, Any]) -> None:
    """Give every body, answer and parameter that has none an example."""
    schemas = described["components"]["schemas"]
    for path_item in described["paths"].values():
        for each in path_item.get("parameters", []):
            each.setdefault("example", example_of(each["schema"], schemas, each["name"]))
        for operation in path_item.values():
            if isinstance(operation, dict):
                _complete(operation, schemas)


def example_of(schema: dict[str, Any], schemas: dict[str, Any], name: str = "") -> Any:
    """An example of what the schema allows."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas, name)
    if "example" in schema:
        return schema["example"]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], schemas, name)
    kinds = schema.get("type", [])
    if kinds == "object" or "object" in kinds:
        return {key: example_of(inner, schemas, key) for key, inner in schema.get("properties", {}).items()}
    if kinds == "array" or "array" in kinds:
        plain = schema["items"].get("type") == "string" and name in LISTS
        return LISTS[name] if plain else [example_of(schema["items"], schemas, name)]
    return _value(schema, name)


def _complete(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    for each in operation.get("parameters", []):
        each.setdefault("example", example_of(each["schema"], schemas, each["name"]))
    for answer in (operation.get("requestBody", {}), *operation["responses"].values()):
        for media in answer.get("content", {}).values():
            if "schema" in media and "examples" not in media:
                media.setdefault("example", example_of(media["schema"], schemas))


def _value(schema: dict[str, Any], name: str) -> Any:
    if schema.get("enum"):
        return schema["enum"][0]
    if set(schema.get("type", ())) == {"null"} or schema.get("type") == "null":
        return None
    named = ID.match(schema.get("pattern", ""))
    if named is not None:
        return f"{named[1]}_{SUFFIX}"
    if name in BY_NAME:
        return BY_NAME[name]
    if name.removesuffix("_id") in NAMES_OF_THINGS:
        return f"{name.removesuffix('_id')}_{SUFFIX}"
    if schema.get("format") in BY_FORMAT:
        return BY_FORMAT[schema["format"]]
    kinds = schema.get("type", "string")
    return BY_TYPE[kinds if isinstance(kinds, str) else kinds[0]]
