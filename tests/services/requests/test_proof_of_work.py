"""Work is done for one form token, and nothing that looks like it passes for it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import asdict

import orjson
import pytest
from altcha.v1 import Payload, create_challenge, solve_challenge

from services.requests.proof_of_work import Challenge, is_solved, make_challenge
from services.tokens import Keyring

NONCE, OTHER = "00" * 16, "ff" * 16


def solved(challenge: Challenge) -> str:
    found = solve_challenge(challenge.challenge, challenge.salt, "SHA-256", challenge.max_number)
    assert found is not None
    return Payload("SHA-256", challenge.challenge, found.number, challenge.salt, challenge.signature).to_base64()


def test_the_number_that_was_asked_for_is_accepted(keyring: Keyring) -> None:
    challenge = make_challenge(keyring, NONCE, effort=100)
    assert challenge.max_number == 100
    assert is_solved(keyring, NONCE, solved(challenge))


def test_work_for_one_token_is_no_work_for_another(keyring: Keyring) -> None:
    assert not is_solved(keyring, OTHER, solved(make_challenge(keyring, NONCE, effort=100)))


def test_a_challenge_that_we_did_not_make_is_none(keyring: Keyring) -> None:
    easy = create_challenge(max_number=1, hmac_key="a guess", params={"nonce": NONCE})
    forged = Challenge(easy.algorithm, easy.salt, easy.challenge, 1, easy.signature)
    assert not is_solved(keyring, NONCE, solved(forged))


def test_another_number_is_refused(keyring: Keyring) -> None:
    payload = asdict(make_challenge(keyring, NONCE, effort=1000)) | {"number": 1001}
    assert not is_solved(keyring, NONCE, b64encode(orjson.dumps(payload)).decode())


@pytest.mark.parametrize(
    "junk",
    [b"", b"[]", b"7", b'"text"', b"null", b"[" * 900, b"{}", b'{"number": "1"}', b'{"number": 1, "salt": 7}', b"\xff"],
)
def test_junk_is_refused_rather_than_stumbled_over(keyring: Keyring, junk: bytes) -> None:
    assert not is_solved(keyring, NONCE, b64encode(junk).decode())
    assert not is_solved(keyring, NONCE, junk.decode("latin-1"))
