"""Changing a set: only as it was last seen, one change at a time, each told in the audit log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from services.audit.log import Change, record
from services.errors import Stale
from services.sets.drafting import facilitator_rows, require_reachable, require_window
from services.sets.errors import CapacityBelowTaken, SetNotFound, SetNotReady
from services.sets.models import LearningSet
from services.sets.readiness import missing_from
from services.sets.slugs import rename
from services.sets.terms import require_known_texts
from services.sets.words import TAKES_BOOKINGS

EDITABLE = frozenset(
    {
        "slug",
        "title",
        "summary",
        "description",
        "theme",
        "format",
        "location",
        "joining_link",
        "language",
        "timezone",
        "capacity",
        "minimum_numbers",
        "decision_on",
        "enrolment_opens_at",
        "enrolment_closes_at",
        "terms_id",
        "ground_rules_id",
    }
)
"""Columns that a plain edit may change; `facilitators`, a list of names, beside them."""


@dataclass(frozen=True)
class Edit:
    """Who changes which set, and as what they saw it."""

    set_id: UUID
    seen: str | None
    """The set's `tag` when they read it; None where that does not matter."""
    actor: str
    now: datetime


def tag_of(learning_set: LearningSet) -> str:
    """Another for every change that anybody could see."""
    return f"{learning_set.version}-{learning_set.taken}"


def open_for_edit(session: Session, edit: Edit) -> LearningSet:
    """The row, locked until the transaction ends, with what belongs to it; raises SetNotFound and Stale."""
    query = (
        select(LearningSet)
        .where(LearningSet.id == edit.set_id)
        .options(
            selectinload(LearningSet.sessions),
            selectinload(LearningSet.prices),
            selectinload(LearningSet.facilitators),
        )
        .with_for_update(of=LearningSet)
        .execution_options(populate_existing=True)
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise SetNotFound
    if edit.seen is not None and edit.seen != tag_of(found):
        raise Stale
    return found


@contextmanager
def changing(session: Session, edit: Edit) -> Iterator[LearningSet]:
    """The set, to be changed inside; raises SetNotReady where that takes from a published set what people rely on.

    What time has taken, as a first session that is over, is not the change's to give back.
    """
    learning_set = open_for_edit(session, edit)
    missed_before = missing_from(learning_set, edit.now)
    yield learning_set
    taken_away = [name for name in missing_from(learning_set, edit.now) if name not in missed_before]
    if taken_away and learning_set.status in TAKES_BOOKINGS:
        raise SetNotReady(taken_away)


def note_change(
    session: Session, learning_set: LearningSet, edit: Edit, action: str, facts: Mapping[str, Any] | None = None
) -> None:
    """Raise the version and write the audit row."""
    learning_set.version += 1
    learning_set.updated_at = edit.now
    session.flush()
    record(session, Change(edit.actor, action, "set", learning_set.id, dict(facts or {})), at=edit.now)


def edit_set(session: Session, edit: Edit, wanted: Mapping[str, Any]) -> None:
    """Give fields of EDITABLE, and `facilitators`, these values; the audit row names the fields that changed.

    Raises CapacityBelowTaken, SetNotReady, SlugTaken and InvalidFields.
    """
    with changing(session, edit) as learning_set:
        changed = sorted(name for name, value in wanted.items() if _current(learning_set, name) != value)
        if not changed:
            return
        _check(session, learning_set, wanted)
        for name in changed:
            _put(session, learning_set, name, wanted[name])
        note_change(session, learning_set, edit, "set.edited", {"fields": changed})


def _put(session: Session, learning_set: LearningSet, name: str, value: Any) -> None:
    if name == "slug":
        rename(session, learning_set, value)
    elif name == "facilitators":
        _replace_facilitators(session, learning_set, value)
    elif name in EDITABLE:
        setattr(learning_set, name, value)


def _current(learning_set: LearningSet, name: str) -> Any:
    if name == "facilitators":
        return [facilitator.name for facilitator in learning_set.facilitators]
    return getattr(learning_set, name)


def _check(session: Session, learning_set: LearningSet, wanted: Mapping[str, Any]) -> None:
    capacity = wanted.get("capacity", learning_set.capacity)
    if capacity < learning_set.taken:
        raise CapacityBelowTaken(learning_set.taken)
    require_reachable(wanted.get("minimum_numbers", learning_set.minimum_numbers), capacity)
    require_window(
        wanted.get("enrolment_opens_at", learning_set.enrolment_opens_at),
        wanted.get("enrolment_closes_at", learning_set.enrolment_closes_at),
    )
    require_known_texts(session, wanted.get("terms_id"), wanted.get("ground_rules_id"))


def _replace_facilitators(session: Session, learning_set: LearningSet, names: Sequence[str]) -> None:
    for former in learning_set.facilitators:
        session.delete(former)
    learning_set.facilitators = facilitator_rows(names)
