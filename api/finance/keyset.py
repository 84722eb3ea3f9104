"""Pages of lists that are in the order of a day and an id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from marshmallow import fields

from api.paging import UpdatedPageArgs, close_day, page
from api.wire import PublicId
from services.ids import Prefix

Row = TypeVar("Row")


class OfBooking(UpdatedPageArgs):
    booking_id = PublicId(Prefix.BOOKING, load_default=None)


class OpenPage(UpdatedPageArgs):
    open = fields.Boolean(load_default=None, metadata={"description": "Only open ones, or only closed ones"})


def page_by_day(
    found: Sequence[Row], limit: int, key: Callable[[Row], tuple[date, str]]
) -> tuple[dict[str, Any], int, dict[str, str]]:
    """The answer of a list of which one more than `limit` was looked for."""
    shown = list(found[:limit])
    if len(found) <= limit:
        return page(shown, None)
    return page(shown, close_day(*key(shown[-1])))
