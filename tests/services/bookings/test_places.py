"""Places that cannot be taken are refused with what is true of the set by then."""

from __future__ import annotations

import pytest

from services.bookings import places
from services.bookings.errors import SetFull
from services.database import Database
from services.errors import DomainError
from services.sets.errors import EnrolmentClosed, SetNotFound
from services.sets.models import LearningSet
from services.sets.words import SetStatus
from tests.builders import a_learning_set


@pytest.mark.parametrize(
    ("status", "refusal"),
    [
        (SetStatus.PUBLISHED, SetFull),
        (SetStatus.RUNNING, SetFull),
        (SetStatus.CANCELLED, EnrolmentClosed),
        (SetStatus.DRAFT, SetNotFound),
        (SetStatus.COMPLETED, SetNotFound),
    ],
)
def test_it_says_why_no_place_can_be_taken(database: Database, status: SetStatus, refusal: type[DomainError]) -> None:
    """Somebody may have been quicker, or staff have taken the set back since it was looked at."""
    with database.writing() as session:
        set_id = a_learning_set(session, capacity=1).id
        session.get_one(LearningSet, set_id).status = status
    asked = 2 if refusal is SetFull else 1
    with pytest.raises(refusal), database.writing() as session:
        places.take(session, set_id, asked)
    with database.reading() as session:
        assert session.get_one(LearningSet, set_id).taken == 0
