"""Sets that are given one slug at the same moment: one has it, the others are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from services.database import Database
from services.sets.drafting import NewSet, add_set
from services.sets.editing import Edit, edit_set
from services.sets.errors import SlugTaken
from services.sets.meetings import Meeting
from services.sets.models import LearningSet
from services.sets.words import SetFormat
from tests.builders import a_learning_set
from tests.builders.dates import FAR_AHEAD, LONG_AGO
from tests.races.at_once import at_once

SLUG = "spring"
TRIES = 4
NEW = NewSet(
    slug=SLUG,
    title="Campaigners, spring",
    summary="Six people, six meetings.",
    description="Bring one question.",
    theme="campaigning",
    format=SetFormat.ONLINE,
    capacity=6,
    timezone="Europe/London",
    meetings=[Meeting(FAR_AHEAD, FAR_AHEAD + timedelta(hours=3))],
)


def test_of_sets_given_one_slug_at_once_one_has_it(database: Database) -> None:
    with database.writing() as session:
        others = [a_learning_set(session, slug=f"other-{number}").id for number in range(TRIES)]

    def write_down() -> bool:
        try:
            with database.writing() as session:
                add_set(session, NEW, actor="a test", now=LONG_AGO)
        except SlugTaken:
            return False
        return True

    def rename(number: int) -> bool:
        edit = Edit(others[number], seen=None, actor="a test", now=LONG_AGO)
        try:
            with database.writing() as session:
                edit_set(session, edit, {"slug": SLUG})
        except SlugTaken:
            return False
        return True

    acts: list[Callable[[], bool]] = [*[write_down] * TRIES, *(partial(rename, number) for number in range(TRIES))]
    assert sum(at_once(acts)) == 1
    with database.reading() as session:
        assert session.query(LearningSet).filter_by(slug=SLUG).count() == 1
