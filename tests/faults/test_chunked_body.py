"""A body that says no length is read whole or refused, by the server that we ship."""

from __future__ import annotations

from services.bookings.models import Booking
from tests.processes import Installation
from tests.visitor import Visitor

LARGEST_BODY = 64 * 1024


def test_a_booking_in_chunks_is_taken_whole_or_not_at_all(installation: Installation) -> None:
    """What stands behind the limit may be anything: it must not be left out of what is read."""
    installation.start("serve")
    visitor = Visitor.at(installation, capacity=2, price_minor=0)
    refused = visitor.book_without_saying_how_much(b" " * LARGEST_BODY + b"and something else")
    assert (refused.status_code, refused.json()["type"]) == (413, "/problems/payload-too-large")
    assert installation.rows(Booking) == []
    malformed = visitor.book_without_saying_how_much(b" and something else")
    assert malformed.status_code == 400
    assert visitor.book_without_saying_how_much(b" ").status_code == 201
    assert len(installation.rows(Booking)) == 1
