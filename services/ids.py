"""Ids: UUIDv7 in the database, TypeIDs (prefix + base32) at the edges; the one table of prefixes."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

import uuid_utils
from typeid import TypeID
from typeid.errors import TypeIDException
from uuid_utils.compat import uuid7


class Prefix(StrEnum):
    """What an id names; a prefix is a promise to clients."""

    SET = "set"
    SESSION = "session"
    PRICE = "price"
    TERMS = "trm"
    GROUND_RULES = "rul"
    BOOKING = "booking"
    ENROLMENT = "enrolment"
    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"
    ENTRY = "entry"
    DISCREPANCY = "discrepancy"
    IMPORT = "import"
    STATEMENT = "statement"
    BANK_LINE = "bank_line"
    WORDING = "wrd"
    ATTENTION = "attention"
    SITE = "site"
    KEY = "key"


def new_id() -> UUID:
    """A fresh UUIDv7: later ids sort later."""
    made: UUID = uuid7()
    return made


def to_public(prefix: Prefix, value: UUID) -> str:
    return str(TypeID.from_uuid(prefix=prefix.value, suffix=uuid_utils.UUID(bytes=value.bytes)))


def find_uuid(prefix: Prefix, public_id: str) -> UUID | None:
    """The UUID behind a public id, or None where it is not one of this prefix."""
    try:
        parsed = TypeID.from_string(public_id)
    except (TypeIDException, ValueError):
        return None
    if parsed.prefix != prefix.value:
        return None
    return UUID(bytes=parsed.uuid_bytes)
