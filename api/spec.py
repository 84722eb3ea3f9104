"""The OpenAPI description: what the code says of itself, and what no view can say."""

from __future__ import annotations

from typing import Any

import orjson

from api.answers import add_headers
from api.examples import add_examples
from api.links import add_links
from api.problems import HouseApi
from api.refusals import add_refusals
from api.staff_session import COOKIE

VERSION = "1.0.0"

SPEC_OPTIONS: dict[str, Any] = {
    "API_TITLE": "Setlist",
    "API_VERSION": VERSION,
    "OPENAPI_VERSION": "3.1.0",
    "API_SPEC_OPTIONS": {
        "info": {
            "description": (
                "Places on action learning sets, payments for them, and a newsletter that respects privacy.\n\n"
                "Amounts are integers in minor units. Instants are RFC 3339 in UTC. Every refusal is a problem detail "
                "(RFC 9457) whose `type` leads to its explanation."
            ),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "components": {
            "securitySchemes": {
                "site": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-Site-Key",
                    "description": "A website's publishable key: it may do what a visitor may.",
                },
                "holder": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The `holder_token` of one booking, answered to whoever made it.",
                },
                "mailbox": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The `mailbox_token` of whoever followed a mailed sign-in link; lasts 30 minutes.",
                },
                "preferences": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A newsletter preference token; lasts 24 hours.",
                },
                "staff": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A secret staff key, with scopes.",
                },
                "staff_session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": f"__Host-{COOKIE}",
                    "description": (
                        "Somebody of staff signed in with a browser, for scripts of our own pages: where a request "
                        "changes something it also carries its page's token in the header `X-CSRF-Token`. Without "
                        f"https the cookie is called `{COOKIE}`. Other programs use a staff key."
                    ),
                },
            }
        },
    },
}


def describe(api: HouseApi) -> dict[str, Any]:
    """The whole description, as it is committed to openapi/openapi.json."""
    described: dict[str, Any] = orjson.loads(orjson.dumps(api.spec.to_dict()))  # a copy: apispec keeps the original
    described["components"]["schemas"].pop("PaginationMetadata", None)  # flask-smorest's own pages; ours are keysets
    _say_types_of_words(described)
    _forbid_null_in_queries(described)
    _open_to_sessions(described)
    add_headers(described)
    add_refusals(described)
    add_examples(described)
    add_links(described)
    return described


def _open_to_sessions(described: dict[str, Any]) -> None:
    """Whatever a staff key opens, the session of somebody who has the scopes opens too."""
    for item in described["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                keys = [either["staff"] for either in operation["security"] if "staff" in either]
                operation["security"] += [{"staff_session": scopes} for scopes in keys]


def _say_types_of_words(described: Any) -> None:
    """Give each enumeration its type, which apispec leaves out."""
    if isinstance(described, list):
        for each in described:
            _say_types_of_words(each)
    if isinstance(described, dict):
        words = described.get("enum")
        if isinstance(words, list) and "type" not in described:
            described["type"] = ["string", "null"] if None in words else "string"
        for each in described.values():
            _say_types_of_words(each)


def _forbid_null_in_queries(described: dict[str, Any]) -> None:
    """A query has no null: what marshmallow would take for one is a parameter that is left out."""
    for item in described["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", []) if isinstance(operation, dict) else []:
                if parameter["in"] == "query":
                    _forbid_null(parameter["schema"])


def _forbid_null(schema: dict[str, Any]) -> None:
    if schema.get("default", schema) is None:
        del schema["default"]
    if "enum" in schema:
        schema["enum"] = [word for word in schema["enum"] if word is not None]
    if isinstance(schema["type"], list):
        [schema["type"]] = [kind for kind in schema["type"] if kind != "null"]
