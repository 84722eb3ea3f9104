"""What the newsletter can refuse.

DomainError
├── NewsletterNotSetUp         there is no wording yet that anybody could agree to
├── ConfirmationLinkExpired    the link to confirm was followed too late, or never was one
├── PreferenceLinkExpired      the same of the link to the preference page
├── LeaveLinkUnknown           not a leave link of ours
├── PushUnderWay               another worker is telling the audience about this subscription
├── AudienceUnavailable        try again later
└── AudienceRefused            the same push will never be taken
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from services.errors import DomainError, Kind


class RefusalReason(StrEnum):
    """Why the audience will not take a member, whoever asks and however often."""

    COMPLIANCE_STATE = "compliance-state"
    FORGOTTEN_EMAIL = "forgotten-email"
    INVALID_ADDRESS = "invalid-address"
    OTHER = "other"


class NewsletterNotSetUp(DomainError):
    """Without a wording in force nobody can be told what they agree to."""

    code: ClassVar[str] = "newsletter-not-set-up"
    title: ClassVar[str] = "The newsletter cannot be signed up for yet"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE


class ConfirmationLinkExpired(DomainError):
    """The same for a link that is too old, one overtaken by a leave, and one that we never made."""

    code: ClassVar[str] = "confirmation-link-expired"
    title: ClassVar[str] = "This link to confirm the newsletter no longer works: please sign up again"
    kind: ClassVar[Kind] = Kind.GONE


class PreferenceLinkExpired(DomainError):
    """The same for a link that is too old and one that we never made."""

    code: ClassVar[str] = "preference-link-expired"
    title: ClassVar[str] = "This link to the newsletter preferences no longer works: please have a new one sent"
    kind: ClassVar[Kind] = Kind.GONE


class LeaveLinkUnknown(DomainError):
    """The same for a forged link and for one that we do not know."""

    code: ClassVar[str] = "leave-link-unknown"
    title: ClassVar[str] = "This is no link to leave the newsletter"
    kind: ClassVar[Kind] = Kind.NOT_FOUND


class PushUnderWay(DomainError):
    """Two pushes of one subscription could arrive in the wrong order: this one waits."""

    code: ClassVar[str] = "push-under-way"
    title: ClassVar[str] = "The mailing service is being told about this subscription just now"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE


class AudienceUnavailable(DomainError):
    """The audience did not take a call that it may take later.

    `cause` is the name of an exception or an HTTP status, never a message: those hold addresses and their hashes.
    """

    code: ClassVar[str] = "audience-unavailable"
    title: ClassVar[str] = "The mailing service cannot be reached just now"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE

    def __init__(self, cause: str, retry_after: int | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.retry_after = retry_after

    def facts(self) -> dict[str, object]:
        return {} if self.retry_after is None else {"retry_after": self.retry_after}


class AudienceRefused(DomainError):
    """The audience refused a call for good: trying again changes nothing."""

    code: ClassVar[str] = "audience-refused"
    title: ClassVar[str] = "The mailing service does not take this subscription"
    kind: ClassVar[Kind] = Kind.CONFLICT

    def __init__(self, reason: RefusalReason) -> None:
        super().__init__(reason.value)
        self.reason = reason

    def facts(self) -> dict[str, object]:
        return {"reason": self.reason.value}
