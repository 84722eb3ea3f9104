"""Idempotency keys: the first answer to a key is every answer to it, for a day."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import orjson

from api.sandbox.stripe.account import Account, Document
from api.sandbox.stripe.refusals import InvalidParameter, StripeRefusal

REMEMBERED_SECONDS = 24 * 60 * 60
LONGEST_KEY = 255


@dataclass(frozen=True)
class Answer:
    """A status and a JSON body, as they were first sent."""

    status: int
    body: bytes
    is_replayed: bool = False


def fingerprint(method: str, path: str, parameters: Document) -> str:
    """What makes two requests the same one."""
    told = orjson.dumps([method, path, parameters], option=orjson.OPT_SORT_KEYS)
    return sha256(told).hexdigest()


def find_replay(account: Account, key: str, seen: str) -> Answer | None:
    """The answer that this key was given before; the same key with other parameters is refused."""
    if len(key) > LONGEST_KEY:
        raise InvalidParameter("Idempotency keys may be up to 255 characters long.")
    row = (
        account.state.connection()
        .execute(
            "SELECT fingerprint, status, body FROM replays WHERE key = ? AND created > ?",
            (key, account.now() - REMEMBERED_SECONDS),
        )
        .fetchone()
    )
    if row is None:
        return None
    if row["fingerprint"] != seen:
        raise StripeRefusal(
            "Keys for idempotent requests can only be used with the same parameters they were first used with.",
            kind="idempotency_error",
        )
    return Answer(row["status"], row["body"], is_replayed=True)


def keep_answer(account: Account, key: str, seen: str, answer: Answer) -> None:
    """Remember what came of executing a request, a server error too; what was refused before that is not kept.

    Source: docs.stripe.com/api/idempotent_requests
    """
    with account.state.writing() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO replays (key, created, fingerprint, status, body) VALUES (?, ?, ?, ?, ?)",
            (key, account.now(), seen, answer.status, answer.body),
        )
