"""What we need of a mailing service's audience, in our own words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class MemberStatus(StrEnum):
    """What we tell an audience about a person."""

    SUBSCRIBED = "subscribed"
    UNSUBSCRIBED = "unsubscribed"
    PENDING = "pending"


@dataclass(frozen=True)
class AudienceMember:
    """A subscription as the audience shall hold it.

    `topics` are the slugs the person takes, `other_topics` all the other known ones: their tags are switched off.
    """

    email: str = field(repr=False)
    status: MemberStatus
    topics: tuple[str, ...]
    other_topics: tuple[str, ...]
    leave_url: str = field(repr=False)
    preferences_url: str
    name: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class MemberState:
    """What the audience holds about an address; `status` is in the provider's words, which are more than ours."""

    status: str
    tags: tuple[str, ...]
    changed_at: datetime


class Audience(Protocol):
    """A copy of our subscriptions at a mailing service.

    Every call may raise AudienceUnavailable (try later) or AudienceRefused (never again); nothing else.
    """

    def push_member(self, member: AudienceMember) -> None:
        """Make the audience hold exactly this; done twice, it is the same as once."""
        ...

    def find_member(self, email: str) -> MemberState | None: ...

    def ping(self) -> None:
        """Return if the audience answers and knows our key."""
        ...

    def ensure_merge_fields(self) -> None:
        """Make sure that each member can carry the links that a campaign's own template needs."""
        ...
