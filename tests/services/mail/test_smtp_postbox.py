"""The SMTP postbox against a real listener: what is taken, what waits, what is refused for good."""

from __future__ import annotations

import inspect
import smtplib
import socket
import ssl
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from api.sandbox.faults import Fault, Service, set_fault
from api.sandbox.mailbox import list_messages, start_listener
from api.sandbox.state import SandboxState
from services.clock import Clock
from services.mail.errors import PostboxRefused, PostboxUnavailable
from services.mail.rendering import POLICY
from services.mail.smtp_postbox import SmtpPostbox
from services.settings import MailSecurity

HOST = "127.0.0.1"
SENDER = "places@setlist.example"
ADDRESS = "ada@example.org"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def a_letter(subject: str = "Your place is confirmed", **headers: str) -> EmailMessage:
    letter = EmailMessage(policy=POLICY)
    letter["From"] = SENDER
    letter["To"] = ADDRESS
    letter["Subject"] = subject
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content("Dear Ada,\n.\nwe look forward to seeing you… in January.\n")
    return letter


@contextmanager
def listening(handler: Any, **options: Any) -> Iterator[SmtpPostbox]:
    controller = Controller(handler, hostname=HOST, port=free_port(), **options)
    controller.start()
    try:
        yield SmtpPostbox(HOST, controller.port, timeout=5)
    finally:
        controller.stop()


class Answering:
    """A server that gives one answer to one command, and keeps what it is sent."""

    def __init__(self, answer: str = "250 Taken", to: str = "DATA") -> None:
        self.answer = answer
        self.to = to
        self.taken: list[bytes] = []

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd's
        envelope.mail_from = address
        return self._answer("MAIL")

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd's
        envelope.rcpt_tos.append(address)
        return self._answer("RCPT")

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's
        self.taken.append(envelope.original_content)
        return self._answer("DATA")

    def _answer(self, command: str) -> str:
        return self.answer if command == self.to else "250 Go on"


@pytest.fixture
def state(tmp_path: Path) -> SandboxState:
    return SandboxState(tmp_path / "sandbox.sqlite3")


@pytest.fixture
def postbox(state: SandboxState) -> Iterator[SmtpPostbox]:
    listener = start_listener(state, HOST, free_port())
    yield SmtpPostbox(HOST, listener.port, timeout=5)
    listener.stop()


def test_a_letter_arrives_as_it_was_written(postbox: SmtpPostbox, state: SandboxState) -> None:
    postbox.deliver(a_letter("Grüße from Larkfield"), SENDER, ADDRESS)
    [message] = list_messages(state)
    assert message.to == (ADDRESS,)
    assert message.subject == "Grüße from Larkfield"
    assert message.text.splitlines() == ["Dear Ada,", ".", "we look forward to seeing you… in January."]


def test_a_long_leave_link_stays_readable_on_one_line(postbox: SmtpPostbox, state: SandboxState) -> None:
    link = f"<https://a-rather-long-host-name.larkfield-learning.example/u/{'T' * 43}?t=events>"
    post = "List-Unsubscribe=One-Click"
    postbox.deliver(a_letter(List_Unsubscribe=link, List_Unsubscribe_Post=post), SENDER, ADDRESS)
    lines = list_messages(state)[0].raw.splitlines()
    assert f"List-Unsubscribe: {link}" in lines
    assert f"List-Unsubscribe-Post: {post}" in lines


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("code", ["421", "450", "452"])
def test_a_4xx_leaves_the_letter_to_be_tried_again(command: str, code: str) -> None:
    with (
        listening(Answering(f"{code} Not now, {ADDRESS}", command)) as postbox,
        pytest.raises(PostboxUnavailable) as caught,
    ):
        postbox.deliver(a_letter(), SENDER, ADDRESS)
    assert caught.value.cause == code
    assert not caught.value.may_have_arrived


@pytest.mark.parametrize(("command", "code"), [("MAIL", "530"), ("MAIL", "550"), ("RCPT", "530"), ("DATA", "535")])
def test_a_refusal_of_us_and_not_of_the_letter_leaves_it_to_be_tried_again(command: str, code: str) -> None:
    with (
        listening(Answering(f"{code} Not you", command)) as postbox,
        pytest.raises(PostboxUnavailable) as caught,
    ):
        postbox.deliver(a_letter(), SENDER, ADDRESS)
    assert caught.value.cause == code


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
@pytest.mark.parametrize("code", ["550", "554"])
def test_a_5xx_refuses_the_letter_for_good(command: str, code: str) -> None:
    with listening(Answering(f"{code} Never, {ADDRESS}", command)) as postbox, pytest.raises(PostboxRefused) as caught:
        postbox.deliver(a_letter(), SENDER, ADDRESS)
    assert caught.value.cause == code


@pytest.mark.parametrize("fault", [Fault.DROP, Fault.APPLY_THEN_HANG])
def test_a_connection_lost_within_the_letter_leaves_it_open_whether_it_arrived(
    postbox: SmtpPostbox, state: SandboxState, fault: Fault
) -> None:
    set_fault(state, Service.SMTP, fault, 1)
    with pytest.raises(PostboxUnavailable) as caught:
        postbox.deliver(a_letter(), SENDER, ADDRESS)
    assert caught.value.may_have_arrived
    assert len(list_messages(state)) == (1 if fault is Fault.APPLY_THEN_HANG else 0)


def test_a_server_that_is_down_leaves_the_letter_to_be_tried_again(postbox: SmtpPostbox, state: SandboxState) -> None:
    set_fault(state, Service.SMTP, Fault.DOWN, 1)
    with pytest.raises(PostboxUnavailable) as caught:
        postbox.deliver(a_letter(), SENDER, ADDRESS)
    assert not caught.value.may_have_arrived
    set_fault(state, Service.SMTP, Fault.DOWN, 0)
    postbox.deliver(a_letter(), SENDER, ADDRESS)
    assert len(list_messages(state)) == 1


@pytest.mark.parametrize(
    ("fault", "error"), [(Fault.REFUSE_FOR_NOW, PostboxUnavailable), (Fault.REFUSE_FOR_GOOD, PostboxRefused)]
)
def test_the_mailboxs_switches_refuse_a_letter_once(
    postbox: SmtpPostbox, state: SandboxState, fault: Fault, error: type[Exception]
) -> None:
    set_fault(state, Service.SMTP, fault, 1)
    with pytest.raises(error):
        postbox.deliver(a_letter(), SENDER, ADDRESS)
    postbox.deliver(a_letter(), SENDER, ADDRESS)
    assert len(list_messages(state)) == 1


def test_a_server_that_cannot_be_reached_leaves_the_letter_to_be_tried_again() -> None:
    with pytest.raises(PostboxUnavailable) as caught:
        SmtpPostbox(HOST, free_port(), timeout=1).deliver(a_letter(), SENDER, ADDRESS)
    assert caught.value.cause == "ConnectionRefusedError"


def test_a_server_that_says_nothing_is_given_up_on() -> None:
    with socket.create_server((HOST, 0)) as silent, pytest.raises(PostboxUnavailable) as caught:
        SmtpPostbox(HOST, silent.getsockname()[1], timeout=0.2).deliver(a_letter(), SENDER, ADDRESS)
    assert not caught.value.may_have_arrived


def test_a_failing_farewell_does_not_have_a_taken_letter_sent_again() -> None:
    class Rude(Answering):
        async def handle_QUIT(self, server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802 - aiosmtpd's
            server.transport.abort()
            return "500 Good riddance"

    server = Rude()
    with listening(server) as postbox:
        postbox.deliver(a_letter(), SENDER, ADDRESS)
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    "address", ["ada@example.org\r\nRCPT TO:<eve@example.org>", "Ada <ada@example.org>", "adä@example.org"]
)
def test_an_address_that_smtp_cannot_carry_is_refused(postbox: SmtpPostbox, state: SandboxState, address: str) -> None:
    with pytest.raises(PostboxRefused):
        postbox.deliver(a_letter(), SENDER, address)
    assert list_messages(state) == []


def smtp_error_classes() -> list[type[Exception]]:
    members = [found for _, found in inspect.getmembers(smtplib, inspect.isclass)]
    return [found for found in members if issubclass(found, Exception)]


@pytest.mark.parametrize("error_class", smtp_error_classes())
def test_every_exception_of_the_library_has_a_parent_that_is_translated(error_class: type[Exception]) -> None:
    assert issubclass(error_class, OSError)


def test_no_error_carries_an_address() -> None:
    with (
        listening(Answering(f"550 No such user {ADDRESS}", "RCPT")) as postbox,
        pytest.raises(PostboxRefused) as caught,
    ):
        postbox.deliver(a_letter(), SENDER, ADDRESS)
    assert ADDRESS not in "".join(traceback.format_exception(caught.value)) + str(caught.value.facts())


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that signs itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = Clock.machine_now()
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    no_password = serialization.NoEncryption()
    file = tmp_path / "certificate.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, no_password)
    )
    return file


@pytest.fixture
def encrypted(certificate: Path) -> Callable[..., Any]:
    """Starts a listener that speaks TLS, at once or by STARTTLS, and wants a password."""

    def only_ada(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"ada", b"right"), handled=False)

    def start(handler: Any, security: str) -> Controller:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        at_once = security == "tls"
        return Controller(
            handler,
            hostname="localhost",
            port=free_port(),
            ssl_context=context if at_once else None,
            tls_context=None if at_once else context,
            authenticator=only_ada,
            auth_required=True,
            auth_require_tls=not at_once,
        )

    return start


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(("trusted", "password"), [(True, "right"), (True, "wrong"), (False, "right")])
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_letter_goes_only_to_a_server_that_is_trusted_and_knows_our_password(
    encrypted: Callable[..., Controller],
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    security: str,
    trusted: bool,
    password: str,
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = Answering()
    controller = encrypted(server, security)
    controller.start()
    postbox = SmtpPostbox("localhost", controller.port, "ada", password, security, timeout=5)
    try:
        if trusted and password == "right":
            postbox.deliver(a_letter(), SENDER, ADDRESS)
        else:
            with pytest.raises(PostboxUnavailable):
                postbox.deliver(a_letter(), SENDER, ADDRESS)
    finally:
        controller.stop()
    assert len(server.taken) == (1 if trusted and password == "right" else 0)


def test_a_security_that_does_not_exist_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="ssl"):
        SmtpPostbox(HOST, 465, security="ssl")


def test_a_server_without_starttls_gets_no_letter(state: SandboxState) -> None:
    listener = start_listener(state, HOST, free_port())
    postbox = SmtpPostbox(HOST, listener.port, security=MailSecurity.STARTTLS, timeout=5)
    try:
        with pytest.raises(PostboxUnavailable):
            postbox.deliver(a_letter(), SENDER, ADDRESS)
    finally:
        listener.stop()
    assert list_messages(state) == []
