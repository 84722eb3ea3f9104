"""A mail server that keeps what it is given, or fails as a test asks."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage


def _nothing() -> None:
    pass


class RecordingPostbox:
    """A Postbox. `accepted` holds what it took; `before` and `after` run around taking, and may raise."""

    def __init__(self, *, before: Callable[[], None] = _nothing, after: Callable[[], None] = _nothing) -> None:
        self.accepted: list[tuple[EmailMessage, str, str]] = []
        self._before = before
        self._after = after

    def deliver(self, message: EmailMessage, envelope_from: str, to: str) -> None:
        self._before()
        self.accepted.append((message, envelope_from, to))
        self._after()

    def greet(self) -> None:
        self._before()

    @property
    def message_ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message, _, _ in self.accepted]
