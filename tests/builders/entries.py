"""What the journal of a world says, entry by entry."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from services.ledger.models import JournalEntry
from tests.worlds import World


def effective_days(world: World) -> dict[tuple[str, str], date]:
    """The day for which each entry was posted, by its source's type and leg; of several, the last."""
    with world.database.reading() as session:
        entries = session.scalars(select(JournalEntry).order_by(JournalEntry.posted_at)).all()
    return {(entry.source_type.value, entry.leg): entry.effective_on for entry in entries}
