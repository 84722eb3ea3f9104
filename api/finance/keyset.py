"""Pages of lists that are in the order of a day and an id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from marshmallow import fields

from api.paging import PageArgs, close_cursor, open_cursor, page
from api.wire import Instant
from services.errors import InvalidFields

Row = TypeVar("Row")


class UpdatedPageArgs(PageArgs):
    updated_since = Instant(load_default=None, metadata={"description": "Only what changed since then"})


class OpenPage(UpdatedPageArgs):
    open = fields.Boolean(load_default=None, metadata={"description": "Only open ones, or only closed ones"})


def after_day(cursor: str | None) -> tuple[date, str] | None:
    """The day and the id that a page of `page_by_day` ended with."""
    position = open_cursor(cursor)
    if position is None:
        return None
    day, _, last = position.decode(errors="replace").partition(" ")
    try:
        return date.fromisoformat(day), last
    except ValueError as error:
        raise InvalidFields({"/cursor": "Not a cursor of this list: start again without one."}) from error


def page_by_day(
    found: Sequence[Row], limit: int, key: Callable[[Row], tuple[date, str]]
) -> tuple[dict[str, Any], int, dict[str, str]]:
    """The answer of a list of which one more than `limit` was looked for."""
    shown = list(found[:limit])
    if len(found) <= limit:
        return page(shown, None)
    day, last = key(shown[-1])
    return page(shown, close_cursor(f"{day.isoformat()} {last}".encode()))
