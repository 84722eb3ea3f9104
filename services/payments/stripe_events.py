"""Stripe's events: stored once as they arrived, read again before anything is believed."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.database.writes import insert_once
from services.effects.kinds import EffectKind
from services.effects.queue import queue
from services.payments.gateway import ProviderEvent
from services.payments.models import StripeEvent


def store_event(session: Session, event: ProviderEvent, body: bytes, *, now: datetime) -> bool:
    """Keep a verified event and queue its application; a second delivery changes nothing.

    The insert is the transaction's first statement: a check before it would let two deliveries pass at once.
    """
    is_new = insert_once(
        session,
        StripeEvent,
        id=event.id,
        type=event.type,
        object_id=event.object_id,
        body=body,
        received_at=now,
    )
    if is_new:
        queue(session, EffectKind.APPLY_STRIPE_EVENT, event.id, now=now)
    return is_new


def get_event(session: Session, event_id: str) -> ProviderEvent:
    found = session.scalars(select(StripeEvent).where(StripeEvent.id == event_id)).one()
    return ProviderEvent(found.id, found.type, found.object_id)


def last_told(session: Session, event_type: str, object_id: str) -> datetime | None:
    """When Stripe last told of something about an object, if it did; its own time, not that of the delivery."""
    bodies = select(StripeEvent.body).where(StripeEvent.object_id == object_id, StripeEvent.type == event_type)
    told = [orjson.loads(body)["created"] for body in session.scalars(bodies)]
    return datetime.fromtimestamp(max(told), UTC) if told else None


def mark_applied(session: Session, event_id: str, *, now: datetime) -> None:
    session.execute(
        update(StripeEvent).where(StripeEvent.id == event_id, StripeEvent.applied_at.is_(None)).values(applied_at=now)
    )
