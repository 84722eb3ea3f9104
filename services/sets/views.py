"""How a set is shown: frozen, and without anything that only enrolled people may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.money import Money
from services.sets.words import SetFormat, SetMode


class EnrolmentStatus(StrEnum):
    OPEN = "open"
    FULL = "full"
    WAITING_LIST = "waiting_list"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class SessionView:
    id: UUID
    number: int
    starts_at: datetime
    ends_at: datetime
    status: str
    sequence: int


@dataclass(frozen=True)
class Vat:
    code: str
    rate_percent: str


@dataclass(frozen=True)
class PriceView:
    id: UUID
    name: str
    band: str | None
    amount: Money
    """A place, VAT included."""
    vat: Vat
    payment_methods: list[str]


@dataclass(frozen=True)
class TextView:
    id: UUID
    title: str
    text_html: str


@dataclass(frozen=True)
class FacilitatorView:
    name: str


@dataclass(frozen=True)
class SetView:
    """A set as the catalogue shows it; never the joining link."""

    id: UUID
    slug: str
    title: str
    summary: str
    description: str
    """Markdown, as written."""
    description_html: str
    theme: str
    format: SetFormat
    location: str | None
    language: str
    enrolment_status: EnrolmentStatus
    mode: SetMode
    capacity: int
    places_left: int
    minimum_numbers: int | None
    decision_on: date | None
    timezone: str
    starts_at: datetime
    updated_at: datetime
    """Of all this, places left apart."""
    sessions: list[SessionView]
    prices: list[PriceView]
    terms: TextView | None
    ground_rules: TextView | None
    facilitators: list[FacilitatorView]
