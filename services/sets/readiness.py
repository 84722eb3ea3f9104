"""What a set must have before people may book, and keeps for as long as they may."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from services.sets.models import LearningSet
from services.sets.pricing import is_valid
from services.sets.words import SetFormat


def missing_from(learning_set: LearningSet, now: datetime) -> list[str]:
    """What somebody who books would look for in vain, by the names of fields."""
    return list(_missing(learning_set, now))


def _missing(learning_set: LearningSet, now: datetime) -> Iterator[str]:
    if learning_set.starts_at <= now:
        yield "sessions"
    if not any(is_valid(price.valid_from, price.valid_until, now) for price in learning_set.prices):
        yield "prices"
    if learning_set.format is not SetFormat.ONLINE and not learning_set.location:
        yield "location"
    if learning_set.format is not SetFormat.IN_PERSON and not learning_set.joining_link:
        yield "joining_link"
