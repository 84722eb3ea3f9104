"""The sweeper: live checkouts are compared with Stripe, so that a lost webhook or a crash costs a minute.

One that an outage or a slow payment leaves live for more than an hour is visited every ten minutes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from services.attention.items import open_item
from services.attention.words import AttentionKind
from services.effects.kinds import EffectKind
from services.effects.queue import queue
from services.journeys.reopen_checkout import close_ended
from services.journeys.settle_payment import settle_state
from services.outside import Outside
from services.payments import checkout
from services.payments.checkout import StoredCheckout
from services.payments.errors import PaymentsRefused
from services.payments.gateway import SessionStatus

YOUNG = timedelta(hours=1)
ACTOR = "worker:sweep_checkouts"


def queue_visits(outside: Outside) -> None:
    """Write an effect for each live checkout younger than an hour; one a checkout and minute."""
    now = outside.clock.now()
    _queue(outside, created_after=now - YOUNG, now=now)


def queue_late_visits(outside: Outside) -> None:
    """Write an effect for each live checkout, however old."""
    _queue(outside, created_after=None, now=outside.clock.now())


def _queue(outside: Outside, *, created_after: datetime | None, now: datetime) -> None:
    minute = now.strftime("%Y%m%dT%H%M")
    last: StoredCheckout | None = None
    while True:
        with outside.database.reading() as session:
            found = checkout.list_to_visit(session, created_after=created_after, behind=last)
        if not found:
            return
        with outside.database.writing() as session:
            for asked in found:
                queue(session, EffectKind.VISIT_CHECKOUT, f"{asked.id}:{minute}", now=now)
        last = found[-1]


def visit_checkout(outside: Outside, checkout_id: UUID) -> None:
    """Send a request that was never answered, or settle a session that has moved on."""
    with outside.database.reading() as session:
        asked = checkout.get_checkout(session, checkout_id)
    if asked.status not in checkout.LIVE:
        return
    if asked.may_still_be_sent(outside.clock.now()):
        _open(outside, asked)
        return
    state = checkout.look_up(outside.gateway, asked)
    if state is None:
        close_ended(outside, asked, was_opened=False)
    else:
        with outside.database.writing() as session:
            checkout.store_opened(session, asked.id, state)
        if state.status is not SessionStatus.OPEN:
            settle_state(outside, asked, state, actor=ACTOR)


def _open(outside: Outside, asked: StoredCheckout) -> None:
    try:
        state = checkout.open_at_stripe(outside.gateway, asked)
    except PaymentsRefused:
        with outside.database.writing() as session:
            open_item(session, AttentionKind.CHECKOUT_REFUSED, asked.reference, now=outside.clock.now())
        close_ended(outside, asked, was_opened=False)
        return
    with outside.database.writing() as session:
        checkout.store_opened(session, asked.id, state)
