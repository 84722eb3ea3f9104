"""Mailchimp's copy of a subscription: queued with every change, pushed by the worker.

The effect carries the subscription's id and version only: what is pushed is read just before the call. Died in the
middle: the lease lapses, and the push is made again, which is the same as once.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from services.effects.kinds import EffectKind
from services.effects.queue import queue
from services.newsletter import sync
from services.newsletter.links import Links
from services.newsletter.subscription import Changed
from services.outside import Outside


def links_of(outside: Outside) -> Links:
    return Links(outside.settings.origin, outside.keyring)


def queue_push(outside: Outside, session: Session, changed: Changed | None) -> None:
    """Have the audience told of a change, if there was one and there is an audience."""
    if changed is not None and outside.audience is not None:
        subject = f"{changed.subscription_id}:{changed.version}"
        queue(session, EffectKind.PUSH_SUBSCRIPTION, subject, now=outside.clock.now())


def push_subscription(outside: Outside, subscription_id: UUID) -> None:
    """Run the effect; nothing happens where the operator has given up the mirror since."""
    if outside.audience is not None:
        sync.push_subscription(outside.database, outside.audience, outside.clock, links_of(outside), subscription_id)
