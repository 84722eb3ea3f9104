"""The words of the catalogue: what a set, a session and a way to pay may be."""

from __future__ import annotations

from enum import StrEnum


class SetStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    RUNNING = "running"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


TAKES_BOOKINGS = frozenset({SetStatus.PUBLISHED, SetStatus.RUNNING})
"""Sets in these statuses have places to take, once they run only for a payment that came late."""


class SetFormat(StrEnum):
    ONLINE = "online"
    IN_PERSON = "in_person"
    HYBRID = "hybrid"


class SetMode(StrEnum):
    INSTANT = "instant"
    APPLICATION = "application"


class SessionStatus(StrEnum):
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"


class PaymentMethod(StrEnum):
    CARD = "card"
    INVOICE = "invoice"
    NONE = "none"
