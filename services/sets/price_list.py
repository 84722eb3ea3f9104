"""A set's price list: prices are added and withdrawn, never changed, for bookings were made at them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from services.ids import Prefix, to_public
from services.sets.editing import Edit, changing, note_change, open_for_edit
from services.sets.errors import PriceNotFound
from services.sets.pricing import NewPrice, price_row, require_currency


def add_price(session: Session, edit: Edit, new: NewPrice) -> UUID:
    """Add a price that is valid from now on; answers its id. One set has one currency."""
    learning_set = open_for_edit(session, edit)
    for price in learning_set.prices:
        require_currency(new, price.currency)
    added = price_row(new)
    learning_set.prices.append(added)
    note_change(session, learning_set, edit, "set.price_added", {"price": to_public(Prefix.PRICE, added.id)})
    return added.id


def withdraw_price(session: Session, edit: Edit, price_id: UUID) -> None:
    """Offer the price no longer; what was booked at it stays as it is. Raises PriceNotFound and SetNotReady."""
    with changing(session, edit) as learning_set:
        withdrawn = next((price for price in learning_set.prices if price.id == price_id), None)
        if withdrawn is None:
            raise PriceNotFound
        if withdrawn.valid_until is not None and withdrawn.valid_until <= edit.now:
            return
        withdrawn.valid_until = edit.now
        note_change(session, learning_set, edit, "set.price_withdrawn", {"price": to_public(Prefix.PRICE, price_id)})
