"""Letters as a mail program gets them."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

import icalendar
import pytest

from services.mail.letters import AlreadyEnrolled, Facts, NewsletterLeft
from services.mail.models import LetterKind
from services.mail.rendering import letterhead as letterhead_of
from services.mail.rendering import render
from services.money import Money
from services.settings import AppEnv, Settings
from tests.builders.letters import (
    CAUSED_AT,
    HOLDER_URL,
    LEAVE_URL,
    addressed,
    booking_confirmed,
    letterhead,
    newsletter_confirm,
    newsletter_welcome,
    one_of_each,
    place_given,
    place_held,
    set_dates,
)

EACH = pytest.mark.parametrize("facts", one_of_each(), ids=lambda facts: str(facts.kind))
NAUGHTY = "<script>alert(1)</script>"


def sent(facts: Facts) -> bytes:
    """The bytes that go over the wire."""
    return render(addressed(facts), letterhead(), now=CAUSED_AT).as_bytes()


def received(facts: Facts) -> EmailMessage:
    return message_from_bytes(sent(facts), policy=policy.default)


def part(facts: Facts, form: str) -> str:
    body = received(facts).get_body((form,))
    assert body is not None
    return str(body.get_content())


def header_lines(facts: Facts) -> list[bytes]:
    return sent(facts).split(b"\r\n\r\n", 1)[0].split(b"\r\n")


class Tags(HTMLParser):
    """Collects what a page would fetch, run or lead to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]


@EACH
def test_every_letter_has_a_text_and_an_html_part_that_name_the_charity(facts: Facts) -> None:
    message = received(facts)

    assert message["From"] == "Larkfield Action Learning <places@larkfield.example>"
    assert message["To"] == "ada@example.org"
    assert message["Subject"] == facts.subject
    assert message["Message-ID"] == "<0192@book.example>"
    assert message["Date"].datetime == CAUSED_AT
    assert message["Auto-Submitted"] == "auto-generated"
    for form in ("plain", "html"):
        assert "Larkfield Action Learning" in part(facts, form)
    assert "<" not in part(facts, "plain")


@EACH
def test_no_letter_fetches_anything_or_decorates_a_link(facts: Facts) -> None:
    tags = Tags(part(facts, "html"))

    assert not tags.names & {"img", "script", "link", "style", "iframe", "form", "input", "svg"}
    assert "url(" not in part(facts, "html")
    assert all("?" not in link or link == set_dates().joining_link for link in tags.links)


@EACH
def test_every_link_of_the_html_part_is_in_the_text_part(facts: Facts) -> None:
    text = part(facts, "plain")

    assert all(link in text for link in Tags(part(facts, "html")).links)


@EACH
def test_the_same_letter_rendered_again_is_the_same_letter(facts: Facts) -> None:
    def without_boundaries() -> list[str]:
        return [str(part.get_content()) for part in received(facts).walk() if not part.is_multipart()]

    assert without_boundaries() == without_boundaries()


@EACH
def test_list_headers_are_on_marketing_and_nowhere_else(facts: Facts) -> None:
    lists = [name for name in received(facts) if name.startswith("List-")]

    assert bool(lists) == facts.is_marketing


@pytest.mark.parametrize("facts", [f for f in one_of_each() if not f.is_marketing], ids=lambda f: str(f.kind))
def test_only_marketing_carries_a_leave_link(facts: Facts) -> None:
    assert "/u/" not in part(facts, "plain") + part(facts, "html")


def test_the_list_headers_of_the_welcome_letter_take_one_line_each() -> None:
    long_url = "https://book.a-charity-with-rather-a-long-name.example/u/" + "a" * 43

    lines = header_lines(newsletter_welcome(leave_url=long_url))

    assert f"List-Unsubscribe: <{long_url}>".encode() in lines
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert b"List-Id: <newsletter.book.example>" in lines


@EACH
def test_no_header_at_all_is_folded(facts: Facts) -> None:
    content_type = b"Content-Type"

    lines = [line for line in header_lines(facts) if not line.startswith(content_type)]

    assert not any(line.startswith((b" ", b"\t")) for line in lines)


@EACH
def test_no_line_of_a_body_is_longer_than_its_encoding_allows(facts: Facts) -> None:
    bodies = [str(part.get_payload()) for part in received(facts).walk() if not part.is_multipart()]

    assert max(len(line) for body in bodies for line in body.splitlines()) <= 76


def test_the_welcome_letter_is_the_consent_receipt() -> None:
    text = part(newsletter_welcome(), "plain")

    assert "News, Events" in text
    assert "Send me news and events by e-mail." in text
    assert "13:30 on Friday 1 May 2026 (Coordinated Universal Time)" in text
    assert "version 2026-01" in text
    assert LEAVE_URL in text
    assert LEAVE_URL in Tags(part(newsletter_welcome(), "html")).links


def test_the_confirmation_letter_has_one_link_and_a_fixed_subject() -> None:
    facts = newsletter_confirm()

    assert received(facts)["Subject"] == "Please confirm your newsletter sign-up"
    assert Tags(part(facts, "html")).links == [facts.confirm_url]
    assert part(facts, "plain").count("https://") == 1
    assert "48 hours" in part(facts, "plain")


@pytest.mark.parametrize(
    "facts",
    [
        place_held(name=NAUGHTY, set_title=NAUGHTY),
        booking_confirmed(name=NAUGHTY, dates=replace(set_dates(title=NAUGHTY), location=NAUGHTY)),
        place_given(booker_name=NAUGHTY),
        AlreadyEnrolled(NAUGHTY, NAUGHTY, NAUGHTY, HOLDER_URL),
    ],
    ids=lambda facts: str(facts.kind),
)
def test_names_and_titles_are_escaped_in_html(facts: Facts) -> None:
    html = part(facts, "html")

    assert "script" not in Tags(html).names
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("breaks", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x00"])
def test_a_title_cannot_add_a_header(breaks: str) -> None:
    facts = place_held(set_title=f"A set{breaks}Bcc: eve@example.org")

    message = received(facts)

    assert message["Subject"] == "Please pay to keep your places: A set Bcc: eve@example.org"
    assert "Bcc" not in message


def test_an_organisation_s_name_cannot_add_a_header() -> None:
    head = replace(letterhead(), organisation_name="Larkfield\r\nBcc: eve@example.org")

    message = message_from_bytes(render(addressed(place_held()), head, now=CAUSED_AT).as_bytes(), policy=policy.default)

    assert "Bcc" not in message
    assert message["From"].addresses[0].addr_spec == "places@larkfield.example"


@pytest.mark.parametrize("address", ["ada@example.org\r\nBcc: eve@example.org", "ada@example.org, eve@example.org"])
def test_an_address_that_is_not_one_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the standard library's own refusal
        render(addressed(place_held(), to_address=address), letterhead(), now=CAUSED_AT)


def test_names_of_every_script_survive_the_journey() -> None:
    facts = booking_confirmed(name="Zoë Ωmega 李", dates=set_dates(title="Führen mit Herz"))

    assert received(facts)["Subject"] == "Your booking is confirmed: Führen mit Herz"
    assert "Hello Zoë Ωmega 李," in part(facts, "plain")
    assert sent(facts).isascii()


def test_amounts_and_times_are_written_as_people_write_them() -> None:
    text = part(place_held(), "plain")

    assert "To pay: £420.00" in text
    assert "Pay by: 14:30 on Friday 1 May 2026 (UK time)" in text
    assert HOLDER_URL in text


def test_a_currency_without_pence_shows_none() -> None:
    assert "¥420" in part(booking_confirmed(total=Money(420, "JPY")), "plain")


def test_a_free_booking_speaks_of_no_payment() -> None:
    text = part(booking_confirmed(total=Money(0, "GBP")), "plain")

    assert "free of charge" in text
    assert "Paid" not in text


def test_a_booking_paid_late_and_confirmed_says_so() -> None:
    for form in ("plain", "html"):
        assert "after the time we could hold" in part(booking_confirmed(paid_late=True), form)
        assert "after the time we could hold" not in part(booking_confirmed(), form)


def test_the_participant_learns_who_gave_us_the_name() -> None:
    text = part(place_given(), "plain")

    assert "Ada Lovelace of Riverside Trust has booked a place for you" in text
    assert "Our ground rules" in text
    assert "https://larkfield.example/privacy" in text


def test_meetings_are_listed_with_the_zone_of_their_own_day() -> None:
    text = part(place_given(), "plain")

    assert "1. Tuesday 10 March 2026, 10:00 to 13:00 (UK time)" in text
    assert "2. Tuesday 16 June 2026, 10:00 to 13:00 (UK time)" in text


def test_somebody_booked_twice_is_told_by_name_only_in_the_booker_s_letter() -> None:
    to_booker = AlreadyEnrolled("Ada", "A set", "Grace", HOLDER_URL)
    to_participant = AlreadyEnrolled("Grace", "A set", None, None)

    assert "Grace, for whom you booked" in part(to_booker, "plain")
    assert "You already have a place" in part(to_participant, "plain")


def test_after_leaving_one_may_sign_up_again() -> None:
    form = "https://larkfield.example/newsletter"
    assert form in part(NewsletterLeft(form), "plain")
    assert form in part(NewsletterLeft(form), "html")


@EACH
def test_letters_with_dates_carry_one_calendar_file(facts: Facts) -> None:
    files = list(received(facts).iter_attachments())

    if facts.kind not in {LetterKind.BOOKING_CONFIRMED, LetterKind.PLACE_GIVEN}:
        assert files == []
        return
    (file,) = files
    assert file.get_content_type() == "text/calendar"
    assert {name: file.get_param(name) for name in ("method", "charset", "name")} == {
        "method": "PUBLISH",
        "charset": "utf-8",
        "name": "set.ics",
    }
    assert file.get_filename() == "set.ics"
    assert len(icalendar.Calendar.from_ical(file.get_payload(decode=True)).walk("VEVENT")) == 3


def test_the_letterhead_is_what_the_operator_set() -> None:
    settings = Settings(
        app_env=AppEnv.TEST,
        secret_key="s" * 32,
        address_pepper="p" * 32,
        public_url="https://book.example:8443",
        organisation_name="Larkfield",
        mail_from="places@larkfield.example",
    )

    head = letterhead_of(settings)

    assert (head.organisation_name, head.mail_from) == ("Larkfield", "places@larkfield.example")
    assert head.host == "book.example"


def test_letters_lead_to_the_charitys_own_privacy_notice_or_to_this_servers() -> None:
    settings = Settings(app_env=AppEnv.TEST, secret_key="s" * 32, address_pepper="p" * 32)
    theirs = settings.model_copy(update={"privacy_notice_url": "https://larkfield.example/privacy"})

    assert letterhead_of(settings).privacy_notice_url == "http://127.0.0.1:8000/privacy"
    assert letterhead_of(theirs).privacy_notice_url == "https://larkfield.example/privacy"
