"""The whole app over real stand-ins, with the keys of a visitor, a holder and staff: for tests of every route."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from api import create_app
from api.composition import compose, find_sandbox
from services.access.keys import Scope, add_staff_key
from services.ids import Prefix, to_public
from services.newsletter.links import preference_token
from services.newsletter.subscription import lock_known_or_new
from services.outside import Outside
from services.payments.gateway import Patience
from services.settings import AppEnv, Settings
from services.tokens import Purpose
from tests.builders import BuiltSet, a_learning_set, a_person, a_site, a_topic, a_wording

SITE_ORIGIN = "https://larkfield.example"
ADA = "ada@example.org"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class House:
    """An app with one free set, one that costs money, a newsletter, and the keys to it all."""

    app: Flask
    site_key: str
    staff_key: str
    free: BuiltSet
    paid: BuiltSet
    wording_id: UUID
    mailbox_token: str
    preference_token: str

    def bearer(self, schemes: Collection[str]) -> str:
        """A token that opens what asks for one of these; a staff key opens what a holder's token opens."""
        if "mailbox" in schemes:
            return self.mailbox_token
        return self.preference_token if "preferences" in schemes else self.staff_key

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def booking_of(self, learning_set: BuiltSet, payment_method: str) -> dict[str, Any]:
        """The body of a booking that succeeds."""
        return {
            "price_id": to_public(Prefix.PRICE, learning_set.price_id),
            "payment_method": payment_method,
            "booker": {"name": "Ada Obi", "email": "ada@example.org"},
            "participants": [{"name": "Ada Obi", "email": "ada@example.org"}],
            "accepted": {
                "terms": to_public(Prefix.TERMS, learning_set.terms_id),
                "ground_rules": to_public(Prefix.GROUND_RULES, learning_set.ground_rules_id),
            },
        }

    def book(self, learning_set: BuiltSet, payment_method: str = "card", *, key: str = "first") -> dict[str, Any]:
        """Make a booking; its answer, with the holder's token."""
        path = f"/v1/sets/{to_public(Prefix.SET, learning_set.id)}/bookings"
        headers = {"X-Site-Key": self.site_key, "Idempotency-Key": key}
        answer = self.client.post(path, json=self.booking_of(learning_set, payment_method), headers=headers)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.get_json()
        return made


@contextmanager
def open_house(database_url: str, folder: Path, **settings: Any) -> Iterator[House]:
    """Open it on a migrated, empty database; `folder` keeps the stand-ins' memory."""
    chosen: dict[str, Any] = {
        "app_env": AppEnv.TEST,
        "public_url": "http://localhost",
        "database_url": database_url,
        "var_dir": folder,
        "secret_key": "a secret for tests, 32 characters",
        "address_pepper": "a pepper for tests, 32 characters",
    }
    known = Settings(**(chosen | settings))
    outside = compose(known, Patience.WEB)
    with outside.database.writing() as session:
        for position, slug in enumerate(("news", "events"), start=1):
            a_topic(session, slug=slug, name=slug.capitalize(), position=position)
        wording_id = a_wording(session)
        free = a_learning_set(session, slug="new-managers", price_minor=0, capacity=1000)
        paid = a_learning_set(session, slug="campaigners", capacity=1000)
        site = a_site(session, origins=(SITE_ORIGIN,))
        tokens = _tokens(session, outside)
        staff_key = add_staff_key(session, name="everything", scopes=list(Scope), actor="test", now=NOW)
    app = create_app(outside, find_sandbox(known))
    yield House(app, site.publishable_key, staff_key, free, paid, wording_id, *tokens)
    outside.database.dispose()


def _tokens(session: Session, outside: Outside) -> tuple[str, str]:
    """Of Ada's mailbox, and of her newsletter."""
    keyring, now = outside.keyring, outside.clock.now()
    expires_at = int((now + timedelta(hours=1)).timestamp()).to_bytes(8, "big")
    mailbox = keyring.sign(Purpose.MAILBOX, a_person(session, email=ADA).bytes + expires_at)
    reader = lock_known_or_new(session, email=ADA, address_hash=keyring.address_hash(ADA), now=now)
    return mailbox, preference_token(keyring, reader.id, mailed_at=now)
