"""The words of a booking's life."""

from __future__ import annotations

from enum import StrEnum


class BookingStatus(StrEnum):
    AWAITING_APPROVAL = "awaiting_approval"
    AWAITING_PAYMENT = "awaiting_payment"
    CONFIRMED = "confirmed"
    WAITING = "waiting"
    OFFERED = "offered"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    DECLINED = "declined"
