"""Tokens: bound to one purpose, of one spelling, proved in constant time, and long enough not to be guessed."""

from __future__ import annotations

import hmac
from itertools import permutations

import pytest

from services.ids import new_id
from services.tokens import PROOF_BYTES, Keyring, Purpose, random_token

OLD = Keyring("an old secret, of 32 characters or", "a pepper for tests, 32 characters")
NEW = Keyring(
    "a new secret, of 32 characters or",
    "a pepper for tests, 32 characters",
    retired=["an old secret, of 32 characters or"],
)


@pytest.mark.parametrize(("made_for", "tried_at"), list(permutations(Purpose, 2)))
def test_a_token_made_for_one_purpose_opens_no_other(keyring: Keyring, made_for: Purpose, tried_at: Purpose) -> None:
    """S23."""
    token = keyring.sign(made_for, new_id().bytes)
    assert keyring.open(made_for, token) is not None
    assert keyring.open(tried_at, token) is None


def test_tokens_of_version_1_are_made_as_they_always_were(keyring: Keyring) -> None:
    """S23: links in old letters must open for good; another way of making them is another version."""
    assert keyring.sign(Purpose.HOLDER, bytes(range(16))) == "AAECAwQFBgcICQoLDA0OD1zCAioto9kRcXeIbGrh4y4"


def test_a_holder_s_link_is_proved_by_128_bits() -> None:
    """S8: nobody guesses the link of a booking whose id they know."""
    assert PROOF_BYTES * 8 >= 128
    assert len(random_token()) >= 43


def test_every_bit_of_a_token_counts(keyring: Keyring) -> None:
    token = keyring.sign(Purpose.HOLDER, new_id().bytes)
    for position, letter in enumerate(token):
        for other in "AQgw_":
            forged = token[:position] + other + token[position + 1 :]
            assert letter == other or keyring.open(Purpose.HOLDER, forged) is None


@pytest.mark.parametrize("spelling", ["{}=", "{} ", "{}\n", "{}A", " {}", "{}é"])
def test_a_token_has_one_spelling(keyring: Keyring, spelling: str) -> None:
    token = keyring.sign(Purpose.UNSUBSCRIBE, new_id().bytes)
    assert keyring.open(Purpose.UNSUBSCRIBE, spelling.format(token)) is None


def test_proofs_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """S7: by the standard library's comparison, once for each secret, whether or not an earlier one fitted."""
    compared: list[tuple[bytes, bytes]] = []
    real = hmac.compare_digest

    def counting(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return real(one, other)

    monkeypatch.setattr(hmac, "compare_digest", counting)
    NEW.open(Purpose.HOLDER, NEW.sign(Purpose.HOLDER, b"payload"))
    assert len(compared) == 2


def test_a_retired_secret_still_opens_and_never_signs() -> None:
    payload = new_id().bytes
    assert NEW.open(Purpose.UNSUBSCRIBE, OLD.sign(Purpose.UNSUBSCRIBE, payload)) == payload
    assert OLD.open(Purpose.UNSUBSCRIBE, NEW.sign(Purpose.UNSUBSCRIBE, payload)) is None
