"""The postbox behind SMTP."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.utils import parseaddr

from services.mail.errors import PostboxRefused, PostboxUnavailable
from services.settings import MailSecurity

SIGN_IN_ASKED = frozenset({530, 534, 535, 538})
"""Refusals of us, not of the letter (RFC 4954)."""


class SmtpPostbox:
    """Hands each letter over in a connection of its own."""

    def __init__(
        self,
        host: str,
        port: int,
        username: str | None = None,
        password: str | None = None,
        security: str = MailSecurity.NONE,
        timeout: float = 15,
    ) -> None:
        self._host = host
        self._port = port
        self._username = username
        self._password = password
        self._security = MailSecurity(security)  # a value of another spelling must not end up unencrypted
        self._timeout = timeout

    def deliver(self, message: EmailMessage, envelope_from: str, to: str) -> None:
        _require_bare(envelope_from)
        _require_bare(to)
        content = _content(message)
        connection = self._connected()
        try:
            _send(connection, content, envelope_from, to)
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()  # the letter is taken: a failing farewell must not have it sent again
        finally:
            connection.close()

    def greet(self) -> None:
        connection = self._connected()
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
        connection.close()

    def _connected(self) -> smtplib.SMTP:
        """A greeted, encrypted and signed-in connection, as far as the settings ask for it.

        Every refusal up to here is the server's or an operator's affair, not the letter's: the letter waits.
        """
        try:
            connection = self._opened()
        except OSError as error:  # smtplib's errors are OSErrors
            raise PostboxUnavailable(_cause(error)) from None
        try:
            self._sign_in(connection)
        except (OSError, ValueError) as error:
            connection.close()
            raise PostboxUnavailable(_cause(error)) from None
        return connection

    def _opened(self) -> smtplib.SMTP:
        if self._security is MailSecurity.TLS:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=context)
        return smtplib.SMTP(self._host, self._port, timeout=self._timeout)

    def _sign_in(self, connection: smtplib.SMTP) -> None:
        connection.ehlo_or_helo_if_needed()
        if self._security is MailSecurity.STARTTLS:
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo()
        if self._username:
            connection.login(self._username, self._password or "")


def _require_bare(address: str) -> None:
    """Refuse what smtplib cannot send, or would send elsewhere: it reads `ada <eve@example.org>` as Eve's address."""
    if parseaddr(address)[1] != address or not address.isascii():
        raise PostboxRefused("malformed-address")


def _content(message: EmailMessage) -> bytes:
    try:
        return message.as_bytes()
    except (ValueError, LookupError) as error:  # a header or a character set that cannot be written
        raise PostboxRefused(type(error).__name__) from None


def _send(connection: smtplib.SMTP, content: bytes, envelope_from: str, to: str) -> None:
    """The three commands of RFC 5321, rather than `sendmail`, so as to know how far a broken one had come."""
    try:
        _require_welcome(connection.mail(envelope_from))
        _require_success(connection.rcpt(to))
    except OSError as error:
        raise PostboxUnavailable(_cause(error)) from None
    try:
        answer = connection.data(content)
    except smtplib.SMTPDataError as error:
        answer = (error.smtp_code, b"")
    except OSError as error:
        raise PostboxUnavailable(_cause(error), may_have_arrived=True) from None
    _require_success(answer)


def _require_welcome(answer: tuple[int, bytes]) -> None:
    """A sender who is refused is the operator's affair, a wrong password or address of ours: the letter waits."""
    code, _ = answer
    if not 200 <= code < 300:
        raise PostboxUnavailable(str(code))


def _require_success(answer: tuple[int, bytes]) -> None:
    code, _ = answer  # the text is dropped: servers repeat the address in it
    if 500 <= code < 600 and code not in SIGN_IN_ASKED:
        raise PostboxRefused(str(code))
    if not 200 <= code < 300:
        raise PostboxUnavailable(str(code))


def _cause(error: Exception) -> str:
    return str(error.smtp_code) if isinstance(error, smtplib.SMTPResponseException) else type(error).__name__
