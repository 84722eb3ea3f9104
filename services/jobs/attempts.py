"""One attempt at an effect: what dbos knows as a workflow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.effects.models import Effect, EffectStatus


@dataclass(frozen=True)
class Attempt:
    """The first is number 1; each that fails, and each rerun by staff, makes way for the next."""

    key: str
    number: int

    @property
    def workflow_id(self) -> str:
        return f"{self.key}#{self.number}"

    @classmethod
    def of_workflow(cls, workflow_id: str) -> Self:
        key, _, number = workflow_id.rpartition("#")
        return cls(key, int(number))

    def find_under_way(self, session: Session, *, lock: bool) -> Effect | None:
        """The effect, if this attempt at it was handed to dbos and has not ended."""
        under_way = select(Effect).where(
            Effect.key == self.key, Effect.attempt == self.number, Effect.status == EffectStatus.RELAYED
        )
        return session.scalar(under_way.with_for_update() if lock else under_way)
