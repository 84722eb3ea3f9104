"""Proof of work: a second of a visitor's processor, a fortune for whoever fills in a million forms.

The challenge is altcha's, which has no protection against replays of its own: ours carries the form token's nonce.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass
from typing import Any

import orjson
from altcha import v1 as altcha

from services.tokens import Keyring, Purpose

TEXTS = frozenset({"algorithm", "challenge", "salt", "signature"})
NONCE = "nonce"
LONGEST_PROOF = 2000


@dataclass(frozen=True)
class Challenge:
    """Find the number up to `max_number` whose hash after `salt` is `challenge`."""

    algorithm: str
    salt: str
    challenge: str
    max_number: int
    signature: str


def make_challenge(keyring: Keyring, nonce: str, *, effort: int) -> Challenge:
    """A challenge for this nonce that takes half of `effort` hashes on average."""
    options = altcha.ChallengeOptions(
        max_number=effort, hmac_key=keyring.derived(Purpose.PROOF_OF_WORK), params={NONCE: nonce}
    )
    made = altcha.create_challenge(options)
    return Challenge(made.algorithm, made.salt, made.challenge, effort, made.signature)


def is_solved(keyring: Keyring, nonce: str, proof: str) -> bool:
    """Whether `proof`, altcha's payload, solves a challenge that was made for this nonce."""
    payload = _read(proof) if len(proof) <= LONGEST_PROOF else None
    if payload is None or altcha.extract_params(payload).get(NONCE) != [nonce]:
        return False
    solved, _ = altcha.verify_solution(payload, keyring.derived(Purpose.PROOF_OF_WORK))
    return solved


def _read(proof: str) -> Any:
    """The payload, if it has the shape that altcha takes for granted."""
    try:
        payload = orjson.loads(b64decode(proof, validate=True))
    except (binascii.Error, ValueError):
        return None
    if not isinstance(payload, dict) or not isinstance(payload.get("number"), int):
        return None
    return payload if all(isinstance(payload.get(name), str) for name in TEXTS) else None
