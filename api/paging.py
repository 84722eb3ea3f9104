"""Keyset pages: an opaque cursor that only we can have made, and a Link header."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import request
from marshmallow import fields

from api.context import outside
from api.wire import QueryWhole, Wire
from services.errors import InvalidFields
from services.tokens import Purpose

DEFAULT_LIMIT, LARGEST_LIMIT = 20, 100


class PageArgs(Wire):
    """How much of a list, and from where."""

    limit = QueryWhole(least=1, most=LARGEST_LIMIT, load_default=DEFAULT_LIMIT, metadata={"description": "At most 100"})
    cursor = fields.String(
        load_default=None, metadata={"description": "`next_cursor` of the page before", "maxLength": 200}
    )


def open_cursor(cursor: str | None) -> bytes | None:
    """What `close_cursor` sealed, or None for the first page."""
    if cursor is None:
        return None
    payload = outside().keyring.open(Purpose.CURSOR, cursor)
    if payload is None:
        raise InvalidFields({"/cursor": "Not a cursor of ours: start again without one."})
    return payload


def close_cursor(payload: bytes) -> str:
    return outside().keyring.sign(Purpose.CURSOR, payload)


def page(data: list[Any], next_cursor: str | None) -> tuple[dict[str, Any], int, dict[str, str]]:
    """The answer of a list operation, with the Link header where there is more."""
    headers = {}
    if next_cursor is not None:
        query = urlencode({**request.args.to_dict(), "cursor": next_cursor})
        headers["Link"] = f'<{outside().settings.origin}{request.path}?{query}>; rel="next"'
    return {"data": data, "next_cursor": next_cursor}, 200, headers
