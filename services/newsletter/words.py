"""The words that a subscription and its consent are told in."""

from __future__ import annotations

from enum import StrEnum


class LawfulBasis(StrEnum):
    CONSENT = "consent"
    SOFT_OPT_IN_GOODS = "soft_opt_in_goods"
    SOFT_OPT_IN_CHARITY = "soft_opt_in_charity"


class SubscriptionStatus(StrEnum):
    PENDING = "pending"
    SUBSCRIBED = "subscribed"
    UNSUBSCRIBED = "unsubscribed"
    CLEANED = "cleaned"


class ConsentAction(StrEnum):
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OBJECTED = "objected"
    IMPORTED = "imported"


class ConsentMethod(StrEnum):
    """By which way a consent was given or taken back."""

    DOUBLE_OPT_IN = "double_opt_in"
    LEAVE_LINK = "leave_link"
    PREFERENCE_PAGE = "preference_page"
    TYPED_ADDRESS = "typed_address"


class AddressWish(StrEnum):
    """What somebody wants who gives nothing but an address."""

    PREFERENCES = "preferences"
    LEAVE = "leave"
