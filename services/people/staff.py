"""The staff list: who may sign in to the staff pages, and what each may do there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.access.keys import Scope
from services.audit.log import Change, record
from services.ids import new_id
from services.people.models import StaffMember, StaffSession, StaffSignInLink


@dataclass(frozen=True)
class Member:
    """Somebody on the list, as they are to stand there."""

    email: str
    name: str
    scopes: Sequence[Scope]


def put_member(session: Session, wanted: Member, *, actor: str, now: datetime) -> UUID:
    """Have them on the list, whether they are new, come back, or get another name and other scopes."""
    member = _find(session, wanted.email)
    is_new = member is None or member.left_at is not None
    if member is None:
        member = StaffMember(id=new_id(), email=wanted.email.casefold())
        session.add(member)
    if is_new:
        member.added_at, member.left_at = now, None
    member.name, member.scopes = wanted.name, [scope.value for scope in wanted.scopes]
    session.flush()
    _record(session, "staff.added" if is_new else "staff.changed", member.id, actor, at=now, scopes=member.scopes)
    return member.id


def remove_member(session: Session, email: str, *, actor: str, now: datetime) -> bool:
    """Take somebody off the list, and end what they have open; says whether they were on it."""
    member = _find(session, email)
    if member is None or member.left_at is not None:
        return False
    member.left_at = now
    open_sessions = (StaffSession.member_id == member.id, StaffSession.ended_at.is_(None))
    session.execute(update(StaffSession).where(*open_sessions).values(ended_at=now))
    unused_links = (StaffSignInLink.member_id == member.id, StaffSignInLink.used_at.is_(None))
    session.execute(update(StaffSignInLink).where(*unused_links).values(used_at=now))
    _record(session, "staff.removed", member.id, actor, at=now)
    return True


def is_on_list(session: Session, email: str) -> bool:
    query = select(StaffMember.id).where(StaffMember.email == email.casefold(), StaffMember.left_at.is_(None))
    return session.scalar(query) is not None


def list_members(session: Session) -> list[Member]:
    """Everybody who may sign in, by name."""
    query = select(StaffMember).where(StaffMember.left_at.is_(None)).order_by(StaffMember.name, StaffMember.email)
    return [Member(each.email, each.name, [Scope(scope) for scope in each.scopes]) for each in session.scalars(query)]


def _find(session: Session, email: str) -> StaffMember | None:
    query = select(StaffMember).where(StaffMember.email == email.casefold()).with_for_update()
    return session.scalars(query).one_or_none()


def _record(session: Session, action: str, member_id: UUID, actor: str, *, at: datetime, **facts: Any) -> None:
    record(session, Change(actor, action, "staff_member", member_id, facts), at=at)
