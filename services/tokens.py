"""Tokens that carry their own proof, and keyed hashes of addresses.

Every key is derived for one purpose (HKDF), so a token made for one purpose is refused at every other. Retired secrets
verify but never sign.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from enum import StrEnum

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PROOF_BYTES = 16


class Purpose(StrEnum):
    """What a token is good for; its value is part of the proof and never changes."""

    UNSUBSCRIBE = "unsub"
    HOLDER = "holder"
    PREFERENCES = "prefs"
    MAILBOX = "mailbox"
    CURSOR = "cursor"
    FORM = "form"
    PROOF_OF_WORK = "work"
    STAFF_FORM = "csrf"


class Keyring:
    """Makes and opens tokens; hashes addresses.

    A token is base64url(payload || HMAC-SHA256(key of the purpose, "v1|purpose|" || payload)[:16]).
    """

    def __init__(self, secret: str, pepper: str, retired: Sequence[str] = ()) -> None:
        self._secrets = [secret.encode(), *(old.encode() for old in retired)]
        self._pepper = pepper.encode()
        self._keys: dict[tuple[int, str], bytes] = {}

    def sign(self, purpose: Purpose, payload: bytes) -> str:
        return _encode(payload + self._proof(0, purpose, payload))

    def open(self, purpose: Purpose, token: str) -> bytes | None:
        """The payload of a genuine token of this purpose, else None; in constant time."""
        raw = _decode(token)
        if raw is None or len(raw) <= PROOF_BYTES:
            return None
        payload, proof = raw[:-PROOF_BYTES], raw[-PROOF_BYTES:]
        genuine = [
            hmac.compare_digest(proof, self._proof(index, purpose, payload)) for index in range(len(self._secrets))
        ]
        return payload if any(genuine) else None

    def derived(self, purpose: Purpose) -> str:
        """A secret for a library that signs by itself."""
        return self._key(0, purpose).hex()

    def unsubscribe_id(self, subscription_id: bytes) -> bytes:
        """The 16 bytes that stand for a subscription in its leave link; say nothing about it."""
        return hmac.digest(self._key(0, "unsub-id"), subscription_id, "sha256")[:16]

    def address_hash(self, address: str) -> str:
        """Keyed hash of a normalised address, for lists that must outlive the address itself."""
        message = "v1|email|" + address.casefold()
        return hmac.new(self._pepper, message.encode(), hashlib.sha256).hexdigest()

    def network_hash(self, network: str) -> str:
        """Keyed hash of the address a request came from."""
        return hmac.new(self._pepper, b"v1|network|" + network.encode(), hashlib.sha256).hexdigest()

    def pepper_proof(self) -> str:
        """Stored once in the database; differs when the pepper was lost or swapped."""
        return hmac.new(self._pepper, b"v1|canary", hashlib.sha256).hexdigest()

    def _proof(self, secret: int, purpose: Purpose, payload: bytes) -> bytes:
        return hmac.digest(self._key(secret, purpose), b"v1|" + purpose.encode() + b"|" + payload, "sha256")[
            :PROOF_BYTES
        ]

    def _key(self, secret: int, purpose: str) -> bytes:
        if (secret, purpose) not in self._keys:
            derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"setlist|v1|" + purpose.encode())
            self._keys[secret, purpose] = derive.derive(self._secrets[secret])
        return self._keys[secret, purpose]


def sha256_hex(value: bytes | str) -> str:
    """How a random token or an unsubscribe id is stored."""
    return hashlib.sha256(value.encode() if isinstance(value, str) else value).hexdigest()


def random_token() -> str:
    """256 random bits as text, for what is stored hashed and used once."""
    return secrets.token_urlsafe(32)


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(token: str) -> bytes | None:
    """The bytes of canonical base64url; None for anything else, so that a token has one spelling."""
    if not token.isascii() or len(token) > 200:
        return None
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    return raw if _encode(raw) == token else None
