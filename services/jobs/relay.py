"""Hands effects that are due to dbos."""

from __future__ import annotations

from datetime import datetime

from dbos import DBOSClient, DBOSPortableJSONSerializer
from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from services.clock import Clock
from services.database import Database
from services.database.faults import fault_point
from services.effects.models import IS_NEW, Effect, EffectStatus
from services.jobs.attempts import Attempt
from services.jobs.executor import APPLICATION
from services.jobs.handlers import Handlers

BATCH = 50


class Relay:
    """Moves effects from our table to dbos's; any number of workers may do so at once."""

    def __init__(self, database: Database, clock: Clock, handlers: Handlers) -> None:
        self._database = database
        self._clock = clock
        self._handlers = handlers
        self._dbos = DBOSClient(
            system_database_engine=database.engine,
            serializer=DBOSPortableJSONSerializer(),
            application_name=APPLICATION,
            lazy=True,
        )

    def relay_due(self) -> int:
        """Hand over all that is due, a batch at a time; says how many effects."""
        relayed = 0
        while self._is_any_due():
            batch = self._relay_batch()
            relayed += batch
            if batch < BATCH:  # the rest another worker has in its hands
                break
        return relayed

    def _is_any_due(self) -> bool:
        """A look that takes no write lock, so that an idle worker keeps nobody waiting on SQLite."""
        with self._database.reading() as session:
            return session.scalar(select(Effect.key).where(self._due(self._clock.now())).limit(1)) is not None

    def _relay_batch(self) -> int:
        now = self._clock.now()
        due = select(Effect).where(self._due(now)).order_by(Effect.due_at).limit(BATCH)
        with self._database.writing() as session:
            effects = session.scalars(due.with_for_update(skip_locked=True)).all()
            for effect in effects:
                self._hand_over(session, effect, now)
            session.flush()
            fault_point("effects_handed_over")
        return len(effects)

    def _due(self, now: datetime) -> ColumnElement[bool]:
        """A kind without a handler here is left to workers of a newer release."""
        return and_(IS_NEW, Effect.due_at <= now, Effect.kind.in_(list(self._handlers)))

    def _hand_over(self, session: Session, effect: Effect, now: datetime) -> None:
        """Have dbos know the workflow and our row say so, or neither; a workflow it knows already stays as it is."""
        attempt = Attempt(effect.key, effect.attempt)
        self._dbos.enqueue_in_transaction(
            session,
            {
                "workflow_name": effect.kind.value,
                "queue_name": self._handlers[effect.kind].queue.value,
                "workflow_id": attempt.workflow_id,
            },
            attempt.key,
            attempt.number,
        )
        effect.status = EffectStatus.RELAYED
        effect.relayed_at = now
