"""What visitors do, and a website for them before they meet a page of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import requests
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import update

from services.bookings.models import Booking
from services.database import Database
from services.ids import Prefix, find_uuid
from services.sets.models import LearningSet
from tests.builders.sets import BuiltSet, a_learning_set
from tests.embedded import Embedded

PATIENCE_MS = 60_000
PAID, FREE = "campaigners-online", "new-managers-leeds"
"""The sets that the embedded default is seeded with."""


def book_by_card(setlist: Embedded, email: str, *, coming: str | None = None) -> dict[str, Any]:
    """A place on the first set that costs money, held, for its booker or for whoever is `coming` in their stead.

    Answers the booking as its website gets it.
    """
    learning_set = fetch(setlist, f"/v1/sets/{PAID}")
    price = learning_set["prices"][0]
    body = {
        "price_id": price["id"],
        "payment_method": "card",
        "booker": {"name": "Ada Obi", "email": email, "organisation": {"income_band": price["band"]}},
        "participants": [{"name": "Ben Okoro" if coming else "Ada Obi", "email": coming or email}],
        "accepted": {"terms": learning_set["terms"]["id"], "ground_rules": learning_set["ground_rules"]["id"]},
    }
    return _send(setlist, f"/v1/sets/{learning_set['id']}/bookings", body)


def fill_up(setlist: Embedded, slug: str) -> None:
    """Book whatever is left of a free set."""
    learning_set = fetch(setlist, f"/v1/sets/{slug}")
    left = learning_set["places_left"]
    if not left:
        return
    people = [{"name": f"Person {number}", "email": f"{uuid4()}@example.org"} for number in range(left)]
    body = {
        "price_id": learning_set["prices"][0]["id"],
        "payment_method": "none",
        "booker": people[0],
        "participants": people,
        "accepted": {"terms": learning_set["terms"]["id"], "ground_rules": learning_set["ground_rules"]["id"]},
    }
    _send(setlist, f"/v1/sets/{learning_set['id']}/bookings", body)


def sign_up(setlist: Embedded, email: str, *topics: str) -> None:
    wording = fetch(setlist, "/v1/newsletter/topics")["wording"]
    _send(setlist, "/v1/newsletter/subscriptions", {"email": email, "topics": topics, "wording_id": wording["id"]})


def fill_in_booking(page: Page, *addresses: str) -> None:
    """The hosted page's whole form: the first address is the booker's, who comes too."""
    booker, *others = addresses
    page.get_by_label("Your name").fill("Ada Obi")
    page.get_by_label("Your e-mail address").fill(booker)
    page.get_by_label("Organisation").fill("Larkfield Trust")
    page.get_by_label("Income under £100k a year").check()
    for number, address in enumerate(others, start=1):
        page.get_by_role("button", name="Add another person").click()
        person = page.get_by_role("group", name=f"Person {number}", exact=True)
        person.get_by_label("Name").fill(f"Ben Okoro {number}")
        person.get_by_label("E-mail address").fill(address)
    page.get_by_label("I accept the ground rules").check()
    page.get_by_label("I accept the booking terms").check()


def wait_for_payment(page: Page, done: Locator, *, has_script: bool) -> None:
    """Until the page that a payer comes back to says what is `done`; without script they ask for it themselves."""
    if not has_script:
        check = page.get_by_role("button", name="Check now")
        expect(done.or_(check)).to_be_visible(timeout=PATIENCE_MS)
        if check.is_visible():
            check.click()
    expect(done).to_be_visible(timeout=PATIENCE_MS)


def link(text: str, path: str) -> str:
    """The address in a letter's text that leads there."""
    found = re.search(rf"http\S+{path}\S+", text)
    assert found is not None, text
    return found[0]


def a_set_of_its_own(setlist: Embedded, **wanted: Any) -> BuiltSet:
    """A set for one visitor, as `tests.builders.a_learning_set` makes it."""
    with _database(setlist) as database, database.writing() as session:
        return a_learning_set(session, slug=f"set-{uuid4().hex[:12]}", **wanted)


def make_room(setlist: Embedded, slug: str) -> None:
    """Places for everybody whom a module's tests book."""
    with _database(setlist) as database, database.writing() as session:
        session.execute(update(LearningSet).where(LearningSet.slug == slug).values(capacity=30))


@contextmanager
def booking_seen_as(setlist: Embedded, public_id: str, **columns: Any) -> Iterator[None]:
    """While the block runs, the booking's row has these; then what it had."""
    booking_id = find_uuid(Prefix.BOOKING, public_id)
    with _database(setlist) as database:
        with database.writing() as session:
            row = session.get_one(Booking, booking_id)
            before = {name: getattr(row, name) for name in columns}
            session.execute(update(Booking).where(Booking.id == booking_id).values(columns))
        try:
            yield
        finally:
            with database.writing() as session:
                session.execute(update(Booking).where(Booking.id == booking_id).values(before))


def fetch(setlist: Embedded, path: str) -> Any:
    """What anybody may read."""
    return requests.get(f"{setlist.url}{path}", timeout=10).json()


@contextmanager
def _database(setlist: Embedded) -> Iterator[Database]:
    database = Database(setlist.database_url)
    yield database
    database.dispose()


def _send(setlist: Embedded, path: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = {"X-Site-Key": setlist.demo["site_key"], "Idempotency-Key": str(uuid4())}
    answer = requests.post(f"{setlist.url}{path}", json=body, headers=headers, timeout=10)
    assert answer.ok, answer.text
    answered: dict[str, Any] = answer.json()
    return answered
