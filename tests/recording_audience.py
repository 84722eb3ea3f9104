"""A mailing service's audience that keeps what it is told, or fails as a test asks."""

from __future__ import annotations

from collections.abc import Callable

from services.newsletter.audience import AudienceMember, MemberState, MemberStatus


def _nothing(_member: AudienceMember) -> None:
    pass


class RecordingAudience:
    """An Audience. `taken` holds what it took, in order; `before` runs first, and may raise or change the world."""

    def __init__(self) -> None:
        self.taken: list[AudienceMember] = []
        self.before: Callable[[AudienceMember], None] = _nothing

    def push_member(self, member: AudienceMember) -> None:
        self.before(member)
        self.taken.append(member)

    def find_member(self, email: str) -> MemberState | None:
        raise NotImplementedError("nothing reads the mirror yet")

    def ping(self) -> None:
        pass

    def ensure_merge_fields(self) -> None:
        pass

    @property
    def statuses(self) -> list[MemberStatus]:
        return [member.status for member in self.taken]

    @property
    def last(self) -> AudienceMember:
        return self.taken[-1]
