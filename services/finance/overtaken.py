"""What staff had posted to suspense came after all: the posting is taken back, and the books say it once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.finance.discrepancies import close
from services.finance.models import Discrepancy
from services.finance.words import Clearing, DiscrepancyKind
from services.ids import Prefix, to_public
from services.ledger.journal import Source, get_entry, reverse
from services.ledger.words import SourceType


def suspense_source(discrepancy: Discrepancy) -> Source:
    """Of the entry that clears a discrepancy against suspense."""
    return Source(SourceType.DISCREPANCY, to_public(Prefix.DISCREPANCY, discrepancy.id), "suspense")


def take_back_suspense(
    session: Session, kind: DiscrepancyKind, subject: str, *, actor: str, reason: str, now: datetime
) -> None:
    """Reverse what was posted to suspense for want of this, on its own day, as if it had never been.

    Should it be missing again, that is a new discrepancy.
    """
    cleared = select(Discrepancy).where(
        Discrepancy.kind == kind,
        Discrepancy.subject == subject,
        Discrepancy.cleared_by == Clearing.POSTED_TO_SUSPENSE,
    )
    for discrepancy in session.scalars(cleared.with_for_update()).all():
        entry_id = get_entry(session, suspense_source(discrepancy))
        reverse(session, entry_id, on=discrepancy.occurred_on, actor=actor, reason=reason, now=now)
        close(session, discrepancy, Clearing.OVERTAKEN, by=actor, reason=reason, now=now)
