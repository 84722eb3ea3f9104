"""Turning a letter's facts into the message that is sent: text, HTML and, where there are dates, a calendar file."""

from __future__ import annotations

import email.policy
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime as as_header_date
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from services.mail import formats
from services.mail.calendar import FILENAME, calendar_file
from services.mail.letters import Facts, NewsletterWelcome, WithDates
from services.settings import Settings

BODY_POLICY = email.policy.SMTP.clone(max_line_length=76)
"""What RFC 2045 allows quoted-printable and base64; some filters take longer lines for spam."""
# The default of 78 folds and *encodes* a List-Unsubscribe URL longer than 74 characters, and clients then find no link.
POLICY = email.policy.SMTP.clone(max_line_length=998)


@dataclass(frozen=True)
class Letterhead:
    """Who writes: the same on every letter."""

    organisation_name: str
    mail_from: str
    host: str
    """The right-hand side of Message-IDs and calendar UIDs."""
    privacy_notice_url: str
    """The charity's own notice, or the page of this server that says what it keeps."""


@dataclass(frozen=True)
class AddressedLetter:
    """A letter as the outbox hands it over for rendering."""

    message_id: str
    to_address: str
    facts: Facts
    caused_at: datetime


def letterhead(settings: Settings) -> Letterhead:
    return Letterhead(
        organisation_name=settings.organisation_name,
        mail_from=settings.mail_from,
        host=urlsplit(settings.origin).hostname or "localhost",
        privacy_notice_url=settings.privacy_notice_url or f"{settings.origin}/privacy",
    )


def render(letter: AddressedLetter, head: Letterhead, *, now: datetime) -> EmailMessage:
    """The whole message; the same letter gives the same message but for its Date."""
    message = EmailMessage(policy=BODY_POLICY)
    message["From"] = Address(one_line(head.organisation_name), addr_spec=head.mail_from)
    message["To"] = Address(addr_spec=letter.to_address)
    message["Subject"] = one_line(letter.facts.subject)
    message["Message-ID"] = letter.message_id
    message["Date"] = as_header_date(now)
    message["Auto-Submitted"] = "auto-generated"
    _add_list_headers(message, letter.facts, head)
    # Quoted-printable: 7-bit all the way, so that no server on the road has reason to re-encode a signed letter.
    message.set_content(_page(letter.facts, head, "txt"), cte="quoted-printable")
    message.add_alternative(_page(letter.facts, head, "html"), subtype="html", cte="quoted-printable")
    _attach_calendar(message, letter, head)
    message.policy = POLICY
    return message


def one_line(text: str) -> str:
    """`text` without line breaks and other unprintable characters, as a header needs it."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _add_list_headers(message: EmailMessage, facts: Facts, head: Letterhead) -> None:
    """RFC 8058 and RFC 2919, on marketing alone: booking letters cannot be unsubscribed from."""
    if isinstance(facts, NewsletterWelcome):
        message["List-Unsubscribe"] = f"<{facts.leave_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["List-Id"] = f"<newsletter.{head.host}>"


def _attach_calendar(message: EmailMessage, letter: AddressedLetter, head: Letterhead) -> None:
    if isinstance(letter.facts, WithDates):
        message.add_attachment(
            calendar_file(letter.facts.dates, host=head.host, stamped_at=letter.caused_at),
            maintype="text",
            subtype="calendar",
            filename=FILENAME,
            params={"method": "PUBLISH", "charset": "utf-8", "name": FILENAME},
        )


def _page(facts: Facts, head: Letterhead, form: str) -> str:
    return _TEMPLATES.get_template(f"{facts.kind}.{form}").render(facts=facts, head=head)


def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("services.mail"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "money": formats.money,
        "date": formats.date,
        "clock_time": formats.clock_time,
        "zone": formats.zone,
        "moment": formats.moment,
    }
    return environment


_TEMPLATES = _templates()
