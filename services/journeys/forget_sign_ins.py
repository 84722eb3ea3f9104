"""Mailed links and browser sessions are forgotten once nothing can be done with them any more."""

from __future__ import annotations

from services.journeys.forgetting import forget_due
from services.outside import Outside
from services.people import mailed_links, staff_sessions


def forget_sign_ins(outside: Outside) -> None:
    forget_due(outside, (mailed_links, staff_sessions))
