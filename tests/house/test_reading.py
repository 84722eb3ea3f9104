"""GET and HEAD change nothing (S24): every such route of a house that is lived in is asked, every table compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule

from api.access import Who, rule_of
from api.sandbox.stripe.balance import Movement, book
from services.access.keys import Scope
from services.finance.bank.storing import Upload, upload_statement
from services.finance.discrepancies import DiscrepancyFilter, list_discrepancies
from services.finance.exports.targets import Target
from services.ids import Prefix, to_public
from services.journeys.newsletter_sign_up import confirm_sign_up
from services.journeys.seed import seed_catalogue, seed_newsletter
from services.ledger.models import JournalEntry
from services.people.models import Person
from services.tables import Base
from services.tokens import Purpose
from tests.builders import BuiltSet, a_staff_key
from tests.builders.finance import Booked as BankLine
from tests.builders.finance import as_csv
from tests.builders.staff import COOKIE, signed_in
from tests.worlds import SITE_KEY, Booked, World

Headers = dict[str, str]

READER = "cleo@example.org"
QUESTIONS = ("/v1/sets?limit=1&theme=leadership", "/sandbox/mail/messages?to=ada@example.org")
"""Addresses with a query of their own."""


@dataclass(frozen=True)
class LivedIn:
    """A house with sets, a booking that is paid and one that is not, a reader, somebody yet to confirm, and letters."""

    world: World
    learning_set: BuiltSet
    held: Booked
    confirmed: Booked
    keys: dict[Who, Headers]
    """For each who must show one."""
    confirmation: str
    preferences: str
    leave: str
    books: dict[str, list[str]]
    """Where finance's routes lead to something."""

    def addresses(self, rule: Rule) -> list[str]:
        """Where the rule leads to something; a route that is not listed here must take no arguments."""
        listed = {
            "sets.get_set": [f"/v1/sets/{self.learning_set.slug}", f"/v1/sets/{self.set_id}"],
            "sets.get_calendar": [f"/v1/sets/{self.learning_set.slug}/calendar.ics"],
            "bookings.show_booking": [self.confirmed.path],
            "bookings.show_calendar": [f"{self.confirmed.path}/calendar.ics"],
            "staff_sets.get_set": [f"/v1/staff/sets/{self.set_id}"],
            "docs.show_asset": ["/docs/assets/swagger-ui.css"],
            "docs.show_guide": ["/docs/guides/embed"],
            "docs.show_problem": ["/problems/set-full"],
            "embed.show_words": ["/embed/words/en.json"],
            "home.show_static": ["/static/setlist.css"],
            "catalogue.show_set": [f"/sets/{self.learning_set.slug}", f"/sets/{self.set_id}"],
            "book.show_form": [f"/sets/{self.learning_set.slug}/book"],
            "holder.show": [self.held.page, self.confirmed.page],
            "holder.calendar": [f"{self.confirmed.page}/calendar.ics"],
            "mailbox_pages.show_link": ["/my/a-token"],
            "staff_sign_in.show_link": ["/staff/sign-in/a-token"],
            "newsletter_pages.show_confirmation": [f"/newsletter/confirm/{self.confirmation}"],
            "newsletter_pages.show_preferences": [f"/p/{self.preferences}"],
            "newsletter_pages.show_leave": [f"/u/{self.leave}", f"/u/{self.leave}?t=news"],
            "sandbox_mail.show_message": ["/sandbox/mail/1"],
            "sandbox_mail.show_html": ["/sandbox/mail/1/html"],
            "sandbox_mail.download_attachment": ["/sandbox/mail/1/attachments/0"],
            "sandbox_stripe.show_pay_page": [f"/sandbox/stripe/pay/{self.held.session_id}"],
        }
        listed |= self.books
        assert not rule.arguments or rule.endpoint in listed, f"say above where {rule} leads to something"
        return listed.get(rule.endpoint, [rule.rule])

    def key(self, rule: Rule) -> Headers:
        declared = rule_of(self.world.app, rule.endpoint)
        return self.keys.get(declared.who, {}) if declared else {}

    @property
    def set_id(self) -> str:
        return to_public(Prefix.SET, self.learning_set.id)

    def contents(self) -> dict[str, list[str]]:
        """Every row of every table, ours and the stand-ins'."""
        with self.world.database.reading() as session:
            rows = {name: session.execute(select(table)).all() for name, table in Base.metadata.tables.items()}
        stand_ins = {"the stand-ins": list(self.world.stripe.connection().iterdump())}
        return {name: sorted(map(repr, found)) for name, found in rows.items()} | stand_ins


@pytest.fixture
def house(world: World) -> LivedIn:
    with world.database.writing() as session:
        seed_catalogue(session, now=world.outside.clock.now())
        seed_newsletter(session, now=world.outside.clock.now())
    learning_set = world.a_set()
    held, confirmed = world.book(learning_set), world.book(learning_set, people=["ben@example.org"])
    world.pays(confirmed.session_id)
    world.settle()
    sign_up(world, READER)
    preferences = confirm_sign_up(world.outside, mailed(world, r"/newsletter/confirm/([\w-]+)")).preferences_token
    world.work()
    leave = mailed(world, r"/u/([\w-]+)")
    sign_up(world, "dora@example.org")
    keep_letters(world)
    confirmation = mailed(world, r"/newsletter/confirm/([\w-]+)")
    books = keep_books(world)
    keys = {Who.HOLDER: confirmed.bearer, Who.PREFERENCES: bearer(preferences)} | keys_of_people(world)
    return LivedIn(world, learning_set, held, confirmed, keys, confirmation, preferences, leave, books)


def test_asking_changes_nothing(house: LivedIn) -> None:
    rules = [rule for rule in house.world.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    requests = [(address, house.key(rule)) for rule in rules for address in house.addresses(rule)]
    requests += [(question, {}) for question in QUESTIONS]
    house.world.client.get("/v1/staff/sets", headers=house.keys[Who.STAFF])  # its use is noted, for the next minute
    before = house.contents()
    for (address, headers), method in product(requests, ("GET", "HEAD")):
        answer = house.world.app.test_client(use_cookies=False).open(address, method=method, headers=headers)
        assert answer.status_code < 400, (method, address, answer.text)
        answer.close()
    assert house.contents() == before


def sign_up(world: World, email: str) -> None:
    topics: Any = world.client.get("/v1/newsletter/topics").json
    form = {"email": email, "topics": ["news"], "wording_id": topics["wording"]["id"]}
    answer = world.client.post("/v1/newsletter/subscriptions", json=form, headers={"X-Site-Key": SITE_KEY})
    assert answer.status_code == 202
    world.work()


def keys_of_people(world: World) -> dict[Who, Headers]:
    """A staff key and a staff cookie with every scope, and the token of whoever proved a mailbox."""
    browser = signed_in(world, *Scope)
    expires_at = int((world.outside.clock.now() + timedelta(minutes=5)).timestamp())
    with world.database.writing() as session:
        person_id = session.scalars(select(Person.id).limit(1)).one()
        token = world.outside.keyring.sign(Purpose.MAILBOX, person_id.bytes + expires_at.to_bytes(8, "big"))
        key = a_staff_key(session, *Scope)
    cookie = {"Cookie": f"{COOKIE}={browser.cookie}"}
    return {Who.STAFF: key, Who.STAFF_PAGE: cookie, Who.MAILBOX: bearer(token)}


def bearer(token: str) -> Headers:
    return {"Authorization": f"Bearer {token}"}


def mailed(world: World, link: str) -> str:
    """What the newest letter that has such a link says in it."""
    bodies = [message.get_body(("plain",)) for message, _, _ in reversed(world.postbox.accepted)]
    texts = [body.get_content() for body in bodies if body is not None]
    return next(found[1] for text in texts if (found := re.search(link, text)))


def keep_books(world: World) -> dict[str, list[str]]:
    """Pay out, import, upload a statement and leave something unexplained; addresses by route."""
    payout_id = world.pays_out()
    book(world.account, Movement("topup", "topup", 9_000, "gbp", "tu_1"))
    imported = to_public(Prefix.IMPORT, world.imports().id)
    statement = Upload(as_csv([BankLine(date(2026, 5, 13), "-12.50", "Tea")]), by="staff:test")
    uploaded = upload_statement(world.database, world.outside.clock, statement).statements[0]
    with world.database.reading() as session:
        (unexplained,) = list_discrepancies(session, DiscrepancyFilter(is_open=True), after=None, limit=10)
        entry = to_public(Prefix.ENTRY, session.scalars(select(JournalEntry.id).limit(1)).one())
    discrepancy = to_public(Prefix.DISCREPANCY, unexplained.id)
    statement_id = to_public(Prefix.STATEMENT, uploaded.id)
    days = "from=2027-01-01&to=2027-12-31"
    return {
        "finance_months.show_month": ["/v1/finance/months/2027-01"],
        "finance_imports.show_import": [f"/v1/finance/imports/{imported}"],
        "finance_payouts.show_payout": [f"/v1/finance/payouts/{payout_id}"],
        "finance_discrepancies.show_one": [f"/v1/finance/discrepancies/{discrepancy}"],
        "finance_bank_statements.show_statement": [f"/v1/finance/bank-statements/{statement_id}"],
        "finance_exports.export": [f"/v1/finance/exports/{target}?{days}" for target in Target],
        "staff_finance_month.show_month": ["/staff/finance/2027-01", f"/staff/finance/{unexplained.occurred_on:%Y-%m}"],
        "staff_finance_payouts.show_payout": [f"/staff/finance/payouts/{payout_id}"],
        "staff_finance_payouts.download_lines": [f"/staff/finance/payouts/{payout_id}/lines.csv"],
        "staff_finance_payouts.show_entry": [f"/staff/finance/journal/{entry}"],
        "staff_finance_discrepancies.show_one": [f"/staff/finance/discrepancies/{discrepancy}"],
        "staff_finance_bank.show_statement": [f"/staff/finance/bank/{statement_id}"],
        "staff_finance_exports.download": [
            f"/staff/finance/exports/file?target={target}&{days}&currency=GBP" for target in Target
        ],
    }


def keep_letters(world: World) -> None:
    """Have the sandbox's mailbox hold what was sent, one with a calendar file first."""
    letters = sorted(world.postbox.accepted, key=lambda letter: not list(letter[0].iter_attachments()))
    with world.stripe.writing() as connection:
        connection.executemany(
            "INSERT INTO messages (received_at, mail_from, rcpt_to, raw) VALUES (?, ?, '[]', ?)",
            [("2027-01-01T09:00:00.000Z", sender, message.as_bytes()) for message, sender, _ in letters],
        )
