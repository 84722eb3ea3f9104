"""A set's sessions: added, moved, dropped; calendars follow by each session's SEQUENCE."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from services.ids import Prefix, to_public
from services.sets.editing import Edit, changing, note_change
from services.sets.errors import LastSession, SessionNotFound
from services.sets.meetings import Meeting, require_forward, session_row
from services.sets.models import LearningSet, SetSession
from services.sets.words import SessionStatus, SetStatus

OUT_OF_THE_WAY = 10_000
"""Added to numbers while they change places, for no two may be the same at any moment."""


def add_session(session: Session, edit: Edit, meeting: Meeting) -> UUID:
    """Have the set meet once more; answers the session's id. Raises SetNotReady, as moving does."""
    require_forward(meeting)
    with changing(session, edit) as learning_set:
        added = session_row(max(each.number for each in learning_set.sessions) + 1, meeting)
        learning_set.sessions.append(added)
        session.flush()
        _put_in_order(session, learning_set)
        note_change(session, learning_set, edit, "set.session_added", _facts(added))
    return added.id


def move_session(session: Session, edit: Edit, session_id: UUID, meeting: Meeting) -> None:
    """Have the session take place at another time.

    Raises SessionNotFound for one that is none, or was dropped, and SetNotReady where a published set that is still to
    start would have started.
    """
    require_forward(meeting)
    with changing(session, edit) as learning_set:
        moved = _scheduled(learning_set, session_id)
        if (moved.starts_at, moved.ends_at) == (meeting.starts_at, meeting.ends_at):
            return
        moved.starts_at, moved.ends_at = meeting.starts_at, meeting.ends_at
        moved.sequence += 1
        session.flush()
        _put_in_order(session, learning_set)
        note_change(session, learning_set, edit, "set.session_moved", _facts(moved))


def drop_session(session: Session, edit: Edit, session_id: UUID) -> None:
    """Take the session off a draft, or cancel it for all to see; raises SessionNotFound and LastSession."""
    with changing(session, edit) as learning_set:
        dropped = _scheduled(learning_set, session_id)
        if sum(each.status is SessionStatus.SCHEDULED for each in learning_set.sessions) == 1:
            raise LastSession
        if learning_set.status is SetStatus.DRAFT:
            learning_set.sessions.remove(dropped)
            session.delete(dropped)
        else:
            dropped.status = SessionStatus.CANCELLED
            dropped.sequence += 1
        session.flush()
        _put_in_order(session, learning_set)
        note_change(session, learning_set, edit, "set.session_dropped", _facts(dropped))


def _scheduled(learning_set: LearningSet, session_id: UUID) -> SetSession:
    for each in learning_set.sessions:
        if each.id == session_id and each.status is SessionStatus.SCHEDULED:
            return each
    raise SessionNotFound


def _put_in_order(session: Session, learning_set: LearningSet) -> None:
    """Number the sessions by their dates, and start the set with the first that takes place."""
    in_order = sorted(learning_set.sessions, key=lambda each: each.starts_at)
    if [each.number for each in in_order] != list(range(1, len(in_order) + 1)):
        for each in in_order:
            each.number += OUT_OF_THE_WAY
        session.flush()
        for number, each in enumerate(in_order, start=1):
            each.number = number
    learning_set.starts_at = next(each.starts_at for each in in_order if each.status is SessionStatus.SCHEDULED)


def _facts(each: SetSession) -> dict[str, str]:
    return {"session": to_public(Prefix.SESSION, each.id)}
