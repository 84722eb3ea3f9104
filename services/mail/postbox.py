"""What we need of a mail server, in our own words."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Protocol


class Postbox(Protocol):
    """Takes letters, one recipient at a time."""

    def deliver(self, message: EmailMessage, envelope_from: str, to: str) -> None:
        """Return once the mail server has taken responsibility for the letter, written as its policy says.

        Raises PostboxUnavailable (try later) or PostboxRefused (never again); nothing else.
        """
        ...

    def greet(self) -> None:
        """Connect and sign in, and send nothing. Raises PostboxUnavailable."""
        ...
