"""Pages of lists that are in the order of a day and an id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from marshmallow import fields

from api.paging import Page, Row, UpdatedPageArgs, day_position, page
from api.wire import PublicId
from services.ids import Prefix


class OfBooking(UpdatedPageArgs):
    booking_id = PublicId(Prefix.BOOKING, load_default=None)


class OpenPage(UpdatedPageArgs):
    open = fields.Boolean(load_default=None, metadata={"description": "Only open ones, or only closed ones"})


def page_by_day(found: Sequence[Row], limit: int, key: Callable[[Row], tuple[date, str]]) -> Page:
    """The answer of a list of which one more than `limit` was looked for."""
    return page(found, limit, lambda last: day_position(*key(last)))
