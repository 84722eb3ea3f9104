"""Keyset pages: an opaque cursor that only we can have made, and a Link header."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from flask import request
from marshmallow import fields

from api.context import outside
from api.wire import Instant, QueryWhole, Wire
from services.errors import InvalidFields
from services.tokens import Purpose

DEFAULT_LIMIT, LARGEST_LIMIT = 20, 100
MARK_BYTES = 8

Row = TypeVar("Row")
Page = tuple[dict[str, Any], int, dict[str, str]]


class PageArgs(Wire):
    """How much of a list, and from where."""

    limit = QueryWhole(least=1, most=LARGEST_LIMIT, load_default=DEFAULT_LIMIT, metadata={"description": "At most 100"})
    cursor = fields.String(
        load_default=None, metadata={"description": "`next_cursor` of the page before", "maxLength": 200}
    )


class UpdatedPageArgs(PageArgs):
    """Of staff's lists and finance's."""

    updated_since = Instant(load_default=None, metadata={"description": "Only what changed since then"})


def open_cursor(cursor: str | None) -> bytes | None:
    """What `close_cursor` sealed for the list at this address, or None for the first page."""
    if cursor is None:
        return None
    payload, mark = outside().keyring.open(Purpose.CURSOR, cursor), _mark()
    if payload is None or not payload.startswith(mark):
        raise InvalidFields({"/cursor": "Not a cursor of this list: start again without one."})
    return payload.removeprefix(mark)


def close_cursor(position: bytes) -> str:
    return outside().keyring.sign(Purpose.CURSOR, _mark() + position)


def _mark() -> bytes:
    """Stands for the list in its cursors, for what is a position in one says nothing in another."""
    return sha256(request.path.encode()).digest()[:MARK_BYTES]


def after_day(cursor: str | None) -> tuple[date, str] | None:
    """The day and the id that `close_day` sealed, or None for the first page."""
    position = open_cursor(cursor)
    if position is None:
        return None
    day, _, last = position.decode().partition(" ")
    return date.fromisoformat(day), last


def close_day(day: date, last: str) -> str:
    """The cursor of a list in the order of a day and an id."""
    return close_cursor(day_position(day, last))


def day_position(day: date, last: str) -> bytes:
    return f"{day.isoformat()} {last}".encode()


class HasId(Protocol):
    @property
    def id(self) -> UUID: ...


def after_id(cursor: str | None) -> UUID | None:
    """The id that a page of `page_by_id` ended with."""
    position = open_cursor(cursor)
    return UUID(bytes=position) if position is not None else None


def page_by_id(found: Sequence[HasId], limit: int) -> Page:
    """The answer of a list in the order of its ids, of which one more than `limit` was looked for."""
    return page(found, limit, lambda last: last.id.bytes)


def page(found: Sequence[Row], limit: int, position: Callable[[Row], bytes]) -> Page:
    """The answer of a list of which one more than `limit` was looked for, with a Link header where there is more.

    `position` of the last row shown is what `open_cursor` opens on the next page.
    """
    data, headers, next_cursor = list(found[:limit]), {}, None
    if len(found) > limit:
        next_cursor = close_cursor(position(data[-1]))
        query = urlencode({**request.args.to_dict(), "cursor": next_cursor})
        headers["Link"] = f'<{outside().settings.origin}{request.path}?{query}>; rel="next"'
    return {"data": data, "next_cursor": next_cursor}, 200, headers
