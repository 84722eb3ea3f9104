"""The links that newsletter letters carry: made, rebuilt and opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from services.newsletter.errors import LeaveLinkUnknown, PreferenceLinkExpired
from services.tokens import Keyring, Purpose, sha256_hex

PREFERENCE_LINK_LIVES = timedelta(hours=24)
_EXPIRY_BYTES = 8


@dataclass(frozen=True)
class Links:
    """Every link starts with `origin` and is proved by `keyring`."""

    origin: str
    keyring: Keyring

    @property
    def host(self) -> str:
        return urlsplit(self.origin).hostname or "localhost"

    @property
    def preference_form(self) -> str:
        """Where anybody can have a preference link mailed: never expires, names nobody."""
        return f"{self.origin}/p"

    @property
    def sign_up_form(self) -> str:
        return f"{self.origin}/newsletter"

    def confirmation(self, token: str) -> str:
        return f"{self.origin}/newsletter/confirm/{token}"

    def preferences(self, token: str) -> str:
        return f"{self.origin}/p/{token}"

    def leave(self, subscription_id: UUID) -> str:
        """One for each subscription, the same in every mail, so that it cannot tell which mail was read."""
        unsubscribe_id = self.keyring.unsubscribe_id(subscription_id.bytes)
        return f"{self.origin}/u/{self.keyring.sign(Purpose.UNSUBSCRIBE, unsubscribe_id)}"

    def leave_id_sha256(self, subscription_id: UUID) -> str:
        """By what `leave`'s link is found again."""
        return sha256_hex(self.keyring.unsubscribe_id(subscription_id.bytes))


def leave_id_sha256(keyring: Keyring, token: str) -> str:
    """By what a leave link is found; raises LeaveLinkUnknown where its proof is not ours."""
    unsubscribe_id = keyring.open(Purpose.UNSUBSCRIBE, token)
    if unsubscribe_id is None:
        raise LeaveLinkUnknown
    return sha256_hex(unsubscribe_id)


def preference_token(keyring: Keyring, subscription_id: UUID, *, mailed_at: datetime) -> str:
    """Lives 24 hours; the same for the same instant, in whole seconds."""
    expires_at = int((mailed_at + PREFERENCE_LINK_LIVES).timestamp())
    return keyring.sign(Purpose.PREFERENCES, subscription_id.bytes + expires_at.to_bytes(_EXPIRY_BYTES, "big"))


def open_preference_token(keyring: Keyring, token: str, *, now: datetime) -> UUID:
    """Whose preferences the token opens; raises PreferenceLinkExpired."""
    payload = keyring.open(Purpose.PREFERENCES, token)
    if payload is None or len(payload) != len(UUID(int=0).bytes) + _EXPIRY_BYTES:
        raise PreferenceLinkExpired
    expires_at = datetime.fromtimestamp(int.from_bytes(payload[-_EXPIRY_BYTES:], "big"), UTC)
    if expires_at <= now:
        raise PreferenceLinkExpired
    return UUID(bytes=payload[:-_EXPIRY_BYTES])
