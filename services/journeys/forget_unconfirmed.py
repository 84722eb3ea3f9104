"""Addresses that somebody typed for the newsletter, and whose owner never said yes, are forgotten."""

from __future__ import annotations

from services.journeys.forgetting import forget_due
from services.newsletter import forgetting
from services.outside import Outside


def forget_unconfirmed(outside: Outside) -> None:
    forget_due(outside, (forgetting,))
