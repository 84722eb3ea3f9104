"""The canary: a proof made with the pepper, by which a lost or swapped pepper is noticed before it does harm.

With another pepper no suppressed address would be recognised, and people who said no would be written to again.
"""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.database.writes import insert_once
from services.suppression.errors import PepperChanged
from services.suppression.models import PepperCanary

THE_ONE = 1


def require_same_pepper(session: Session, proof: str) -> None:
    """Note the proof when there is none yet; raises PepperChanged where it is another's."""
    insert_once(session, PepperCanary, id=THE_ONE, proof=proof)
    if find_proof(session) != proof:
        raise PepperChanged


def find_proof(session: Session) -> str | None:
    return session.scalar(select(PepperCanary.proof).where(PepperCanary.id == THE_ONE))


def touch(session: Session) -> None:
    """Write the canary's row as it is: shows that the database takes writes, and changes nothing."""
    session.execute(update(PepperCanary).where(PepperCanary.id == THE_ONE).values(proof=PepperCanary.proof))
