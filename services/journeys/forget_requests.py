"""What was kept of requests is forgotten once it is of no use: answers, and what protects against abuse."""

from __future__ import annotations

from services.journeys.forgetting import forget_due
from services.outside import Outside
from services.requests import caps, counts, form_tokens, idempotency


def forget_requests(outside: Outside) -> None:
    forget_due(outside, (idempotency, form_tokens, counts, caps))
