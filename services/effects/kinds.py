"""The names of all effects, shared by who queues and who runs them."""

from __future__ import annotations

from enum import StrEnum


class EffectKind(StrEnum):
    SEND_LETTER = "send_letter"
    APPLY_STRIPE_EVENT = "apply_stripe_event"
    LAPSE_HOLD = "lapse_hold"
    VISIT_CHECKOUT = "visit_checkout"
    SEND_REFUND = "send_refund"
    FETCH_MISSED_EVENTS = "fetch_missed_events"
    SETTLE_CHARGE = "settle_charge"
    SETTLE_REFUND = "settle_refund"
    SETTLE_DISPUTE = "settle_dispute"
    POST_EARLIER_MONEY = "post_earlier_money"
    IMPORT_FROM_STRIPE = "import_from_stripe"
    RECONCILE = "reconcile"
    HANDLE_SIGN_UP = "handle_sign_up"
    HANDLE_PREFERENCE_LINK = "handle_preference_link"
    HANDLE_SIGN_IN = "handle_sign_in"
    HANDLE_STAFF_SIGN_IN = "handle_staff_sign_in"
    HANDLE_LEAVE_REQUEST = "handle_leave_request"
    PUSH_SUBSCRIPTION = "push_subscription"
