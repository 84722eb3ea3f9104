"""What a booking costs: always worked out here from the price list, never taken from a client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from services.errors import InvalidFields
from services.ids import new_id
from services.money import Money
from services.people.words import IncomeBand
from services.sets.errors import PriceNotAvailable
from services.sets.models import Price
from services.sets.words import PaymentMethod

VAT_RATES = {"S20": Decimal(20), "R5": Decimal(5), "Z": Decimal(0), "E": Decimal(0), "O": Decimal(0)}
"""By code: standard, reduced, zero-rated, exempt, outside the scope."""

_PRICE = select(Price.__table__).where(Price.id == bindparam("price_id"))


@dataclass(frozen=True)
class NewPrice:
    """What one place costs; exempt from VAT unless said otherwise."""

    name: str
    amount: Money
    """VAT included."""
    band: IncomeBand | None = None
    vat_code: str = "E"
    """One of VAT_RATES."""
    vat_reason: str | None = None
    nominal_code: str = "4000"
    cost_centre: str | None = None


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


def require_currency(new: NewPrice, currency: str, pointer: str = "") -> None:
    """One set has one currency; `pointer` leads to the price in the body."""
    if new.amount.currency != currency:
        raise InvalidFields({f"{pointer}/amount/currency": "The set's other prices are in another currency."})


def price_row(new: NewPrice) -> Price:
    """As it is stored: what is free needs no payment, and the rest is paid by card."""
    gross, rate = new.amount.amount_minor, VAT_RATES[new.vat_code]
    method = PaymentMethod.CARD if gross else PaymentMethod.NONE
    return Price(
        id=new_id(),
        name=new.name,
        band=new.band,
        gross_minor=gross,
        net_minor=_net_of(gross, rate),
        currency=new.amount.currency,
        vat_code=new.vat_code,
        vat_rate_percent=str(rate),
        vat_reason=new.vat_reason,
        payment_methods=[method.value],
        nominal_code=new.nominal_code,
        cost_centre=new.cost_centre,
    )


def _net_of(gross_minor: int, rate: Decimal) -> int:
    """Halves up, as HMRC lets a retailer round."""
    return int((gross_minor * 100 / (100 + rate)).quantize(Decimal(1), ROUND_HALF_UP))


def is_valid(valid_from: datetime | None, valid_until: datetime | None, now: datetime) -> bool:
    """Whether a price may be had now, as far as time goes."""
    return (valid_from is None or valid_from <= now) and (valid_until is None or now < valid_until)


def freeze_price(session: Session, set_id: UUID, price_id: UUID, payer: Payer, *, now: datetime) -> FrozenPrice:
    """The price this payer may have on this set now, or PriceNotAvailable saying which field is wrong."""
    price = session.connection().execute(_PRICE, {"price_id": price_id}).one_or_none()
    if price is None or price.learning_set_id != set_id:
        raise PriceNotAvailable("/price_id", "This is not a price of this set.")
    if not is_valid(price.valid_from, price.valid_until, now):
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
