"""What a booking costs: always worked out here from the price list, never taken from a client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.money import Money
from services.people.words import IncomeBand
from services.sets.errors import PriceNotAvailable
from services.sets.models import Price
from services.sets.words import PaymentMethod


@dataclass(frozen=True)
class Payer:
    """What decides which prices somebody may have."""

    income_band: IncomeBand | None
    payment_method: PaymentMethod


@dataclass(frozen=True)
class FrozenPrice:
    """A price as it was at the moment of booking, kept on the booking."""

    price_id: UUID
    name: str
    band: IncomeBand | None
    gross: Money
    """A place, VAT included."""
    net: Money
    vat_code: str
    vat_rate_percent: str
    vat_reason: str | None
    nominal_code: str
    cost_centre: str | None


def is_valid(price: Price, now: datetime) -> bool:
    return (price.valid_from is None or price.valid_from <= now) and (
        price.valid_until is None or now < price.valid_until
    )


def freeze_price(session: Session, set_id: UUID, price_id: UUID, payer: Payer, *, now: datetime) -> FrozenPrice:
    """The price this payer may have on this set now, or PriceNotAvailable saying which field is wrong."""
    price = session.get(Price, price_id)
    if price is None or price.learning_set_id != set_id:
        raise PriceNotAvailable("/price_id", "This is not a price of this set.")
    if not is_valid(price, now):
        raise PriceNotAvailable("/price_id", "This price is not valid now.")
    if payer.payment_method not in price.payment_methods:
        raise PriceNotAvailable("/payment_method", "This price cannot be paid that way.")
    if price.band is not None and price.band is not payer.income_band:
        raise PriceNotAvailable(
            "/booker/organisation/income_band", "This price is for organisations of another yearly income."
        )
    return FrozenPrice(
        price_id=price.id,
        name=price.name,
        band=price.band,
        gross=Money(price.gross_minor, price.currency),
        net=Money(price.net_minor, price.currency),
        vat_code=price.vat_code,
        vat_rate_percent=price.vat_rate_percent,
        vat_reason=price.vat_reason,
        nominal_code=price.nominal_code,
        cost_centre=price.cost_centre,
    )
