"""The one account at the stand-in: its objects and its time."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass
from typing import Any

from api.sandbox.state import SandboxState
from services.clock import Clock

# The version that the installed client library speaks; a test holds the two together.
API_VERSION = "2026-10-28.endive"

Document = dict[str, Any]
"""An object of Stripe's, as its API shows it."""


@dataclass(frozen=True)
class Account:
    """Objects by kind (their `object` field) and id."""

    state: SandboxState
    clock: Clock

    def now(self) -> int:
        """The present, in Unix seconds as Stripe counts."""
        return int(self.clock.now().timestamp())

    def find(self, kind: str, object_id: str) -> Document | None:
        return self.state.find(kind, object_id)

    def get(self, kind: str, object_id: str) -> Document:
        """An object that another one names."""
        found = self.find(kind, object_id)
        if found is None:
            raise LookupError(f"{kind} {object_id}")
        return found

    def all(self, kind: str) -> list[Document]:
        """All objects of a kind, newest first."""
        return self.state.list(kind)

    def keep(self, document: Document) -> None:
        self.state.put(document["object"], document["id"], document, created=document["created"])


def new_id(prefix: str, length: int = 24) -> str:
    """An id that looks like Stripe's: `pi_` and 24 letters or digits."""
    return prefix + "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(length))
