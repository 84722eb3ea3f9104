"""Money that is still on its way at Stripe is looked up, so that a lost webhook does not leave it there for ever.

What moves in Stripe's balance is found by the import; a refund that goes through and a dispute that is lost move
nothing.
"""

from __future__ import annotations

from services.effects.kinds import EffectKind
from services.effects.queue import queue
from services.outside import Outside
from services.payments.disputes import list_undecided
from services.payments.refunds import list_pending


def queue_open_money(outside: Outside) -> None:
    """Have each refund that is pending read again, once an hour, and each dispute that is undecided, once a day."""
    now = outside.clock.now()
    with outside.database.reading() as session:
        pending, undecided = list_pending(session), list_undecided(session)
    if not pending and not undecided:
        return
    with outside.database.writing() as session:
        for refund_id in pending:
            queue(session, EffectKind.SETTLE_REFUND, f"{refund_id}:{now:%Y%m%dT%H}", now=now)
        for dispute_id in undecided:
            queue(session, EffectKind.SETTLE_DISPUTE, f"{dispute_id}:{now:%Y%m%d}", now=now)
