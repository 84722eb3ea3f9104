"""The few queues, and how many effects of each may run at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class QueueName(StrEnum):
    """What keeps an effect waiting: a slow mail server must not hold up a payment."""

    LETTERS = "letters"
    STRIPE = "stripe"
    NEWSLETTER = "newsletter"
    MAILCHIMP = "mailchimp"
    FINANCE = "finance"


@dataclass(frozen=True)
class Limits:
    """How many may run at once in one worker, and in all together."""

    here: int
    everywhere: int | None = None


LIMITS: Mapping[QueueName, Limits] = {
    QueueName.LETTERS: Limits(here=8),
    QueueName.STRIPE: Limits(here=8),
    QueueName.NEWSLETTER: Limits(here=4),
    QueueName.FINANCE: Limits(here=1),
    QueueName.MAILCHIMP: Limits(
        here=5, everywhere=5
    ),  # Mailchimp allows ten connections an account; half are left to staff
}
