"""The mailbox: takes every letter that is sent to it by SMTP, whoever it is for, and lets it be read."""

from __future__ import annotations

import email.policy
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any

import orjson
from aiosmtpd.controller import Controller

from api.sandbox.clock import offset_source
from api.sandbox.faults import Fault, Service, take_fault
from api.sandbox.state import SandboxState
from services.clock import Clock

SELECT = "SELECT id, received_at, rcpt_to, raw FROM messages"


@dataclass(frozen=True)
class Attachment:
    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class ReceivedMessage:
    """A letter as it came: `to` is whom the envelope named, all else is what the letter says."""

    id: int
    to: tuple[str, ...]
    sender: str
    subject: str
    headers: tuple[tuple[str, str], ...]
    raw: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    received_at: str


def start_listener(state: SandboxState, host: str, port: int) -> Controller:
    """Listen for SMTP in a thread of its own, until `stop()` is called on what this returns."""
    controller = Controller(_Receiver(state), hostname=host, port=port, ident="Setlist sandbox mailbox")
    controller.start()
    return controller


def list_messages(state: SandboxState, to: str | None = None) -> list[ReceivedMessage]:
    """The letters in the order they came, all or those for one address."""
    found = [_read(row) for row in state.connection().execute(f"{SELECT} ORDER BY id")]
    if to is None:
        return found
    return [message for message in found if to.casefold() in map(str.casefold, message.to)]


def find_message(state: SandboxState, message_id: int) -> ReceivedMessage | None:
    row = state.connection().execute(f"{SELECT} WHERE id = ?", (message_id,)).fetchone()
    return _read(row) if row else None


def clear_messages(state: SandboxState) -> None:
    with state.writing() as connection:
        connection.execute("DELETE FROM messages")


class _Receiver:
    """What aiosmtpd asks at each step of a delivery; an answer is an SMTP reply."""

    def __init__(self, state: SandboxState) -> None:
        self.state = state
        self.clock = Clock(offset_source(state))

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        if self._takes(Fault.DOWN):
            server.transport.abort()
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the same
        if self._takes(Fault.REFUSE_FOR_NOW):
            return "451 4.3.0 Try again later"
        if self._takes(Fault.REFUSE_FOR_GOOD):
            return "550 5.1.1 No such mailbox"
        if self._takes(Fault.DROP):
            server.transport.abort()
            return "421 4.3.2 Never sent"
        self._store(envelope.mail_from, envelope.rcpt_tos, envelope.original_content)
        if self._takes(Fault.APPLY_THEN_HANG):
            server.transport.abort()
        return "250 2.0.0 Taken"

    def _takes(self, fault: Fault) -> bool:
        return take_fault(self.state, Service.SMTP, fault)

    def _store(self, mail_from: str, recipients: Sequence[str], content: bytes) -> None:
        received_at = self.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        with self.state.writing() as connection:
            connection.execute(
                "INSERT INTO messages (received_at, mail_from, rcpt_to, raw) VALUES (?, ?, ?, ?)",
                (received_at, mail_from, orjson.dumps(list(recipients)).decode(), content),
            )


def _read(row: Any) -> ReceivedMessage:
    message = message_from_bytes(row["raw"], policy=email.policy.default)
    return ReceivedMessage(
        id=row["id"],
        to=tuple(orjson.loads(row["rcpt_to"])),
        sender=str(message["From"] or ""),
        subject=str(message["Subject"] or ""),
        headers=tuple((name, str(value)) for name, value in message.items()),
        raw=row["raw"].decode("utf-8", "replace"),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=tuple(_attachment(part) for part in message.iter_attachments()),
        received_at=row["received_at"],
    )


def _body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    return str(part.get_content()) if part else ""


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_payload(decode=True)
    return Attachment(
        filename=part.get_filename("attachment"),
        content_type=part.get_content_type(),
        content=content if isinstance(content, bytes) else part.as_bytes(),
    )
