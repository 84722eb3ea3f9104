"""All of Setlist in one process: the app, the stand-ins, payers, time that moves, and a worker without dbos."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from api import create_app
from api.composition import compose
from api.sandbox import Sandbox, clock, open_sandbox
from api.sandbox.faults import Fault, Service, set_fault
from api.sandbox.state import SandboxState
from api.sandbox.stripe.account import Account
from api.sandbox.stripe.delivery import deliver_due
from api.sandbox.stripe.disputes import open_dispute
from api.sandbox.stripe.outcomes import Outcome, apply_outcome
from api.sandbox.stripe.payments import create_refund
from api.sandbox.stripe.payouts import PayoutWish, pay_out
from api.sandbox.transport import WSGIAdapter
from services.attention.models import AttentionItem
from services.attention.words import AttentionKind
from services.bookings.models import Booking
from services.bookings.words import BookingStatus
from services.database import Database
from services.effects.kinds import EffectKind
from services.effects.models import Effect, EffectStatus
from services.finance.imports import ENDED, ImportProgress, get_import, request_import
from services.ids import Prefix, find_uuid, to_public
from services.jobs.handlers import HANDLERS
from services.jobs.outcomes import finish, postpone_or_fail
from services.journeys.broken import Broken
from services.journeys.check import check_invariants
from services.journeys.lapse_hold import queue_lapsed_holds
from services.journeys.sweep_checkouts import queue_visits
from services.mail.models import Letter, LetterKind
from services.outside import Outside
from services.payments.errors import PaymentsUnavailable
from services.payments.gateway import Patience
from services.payments.models import Payment, Refund
from services.sets.models import LearningSet
from services.settings import AppEnv, Settings
from tests.builders import BuiltSet, a_learning_set, a_site
from tests.recording_postbox import RecordingPostbox

FROM_STRIPE = (
    EffectKind.IMPORT_FROM_STRIPE,
    EffectKind.RECONCILE,
    EffectKind.SETTLE_CHARGE,
    EffectKind.SETTLE_REFUND,
    EffectKind.SETTLE_DISPUTE,
)

HOME = "https://book.example"
SITE_KEY = "pk_setlist_larkfield"
SITE_ORIGIN = "https://larkfield.example"
WEBHOOK_SECRET = "whsec_for_tests"
ADA = "ada@example.org"


@dataclass(frozen=True)
class Booked:
    """What a booker was answered."""

    answer: dict[str, Any]

    @property
    def id(self) -> UUID:
        found = find_uuid(Prefix.BOOKING, self.answer["id"])
        assert found is not None
        return found

    @property
    def path(self) -> str:
        return f"/v1/bookings/{self.answer['id']}"

    @property
    def page(self) -> str:
        """The path of the holder's page."""
        return str(self.answer["manage_url"]).removeprefix(HOME)

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.answer['holder_token']}"}

    @property
    def session_id(self) -> str:
        """Stripe's id of the Checkout Session that was opened with the booking."""
        return session_at(self.answer["checkout_url"])


@dataclass
class World:
    """What a test does, and what it then sees."""

    outside: Outside
    sandbox: Sandbox
    app: Flask
    postbox: RecordingPostbox
    _passed: timedelta = field(default_factory=timedelta)

    @property
    def database(self) -> Database:
        return self.outside.database

    @property
    def stripe(self) -> SandboxState:
        return self.sandbox.state

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    # Visitors

    def a_set(self, **wanted: Any) -> BuiltSet:
        """A published set, as `tests.builders.a_learning_set` makes it."""
        with self.database.writing() as session:
            return a_learning_set(session, **wanted)

    def ask(
        self,
        learning_set: BuiltSet,
        body: dict[str, Any] | None = None,
        *,
        key: str | None = None,
        **headers: str,
    ) -> TestResponse:
        """Send a booking, with a key of its own unless one is given."""
        return self.client.post(
            f"/v1/sets/{to_public(Prefix.SET, learning_set.id)}/bookings",
            json=body or a_booking(learning_set),
            headers={"X-Site-Key": SITE_KEY, "Idempotency-Key": key or str(uuid4())}
            | {name.replace("_", "-"): value for name, value in headers.items()},
        )

    def book(self, learning_set: BuiltSet, **wanted: Any) -> Booked:
        """Send a booking that is accepted; `wanted` as for `a_booking`."""
        answer = self.ask(learning_set, a_booking(learning_set, **wanted))
        assert answer.status_code == 201, answer.text
        return Booked(answer.json or {})

    def reopen(self, booked: Booked) -> str:
        """Ask for an address to pay at; answers the session's id."""
        answer = self.client.post(f"{booked.path}/checkout", headers=booked.bearer)
        assert answer.status_code == 200, answer.text
        return session_at((answer.json or {})["checkout_url"])

    # Payers, Stripe, and time

    def pays(self, session_id: str, outcome: Outcome = Outcome.SUCCEED) -> None:
        """Have the payer of this session do that; nobody has told Setlist yet."""
        apply_outcome(self.stripe, self.sandbox.clock, session_id, outcome)

    def deliver(self) -> int:
        """Deliver every webhook that is due, signed as the stand-in signs them; answers how many were accepted."""
        session = requests.Session()
        session.mount(HOME, WSGIAdapter(self.app))
        address = f"{HOME}/webhooks/stripe"
        return deliver_due(self.stripe, self.sandbox.clock, url=address, secret=WEBHOOK_SECRET, post=session.post)

    def breaks(self, fault: Fault, times: int = 1) -> None:
        """Have Stripe fail that way from now on; 0 mends it."""
        set_fault(self.stripe, Service.STRIPE, fault, times)

    def passes(self, **time: float) -> None:
        """Let time pass: `passes(minutes=46)`."""
        self._passed += timedelta(**time)
        clock.move(self.stripe, self._passed.total_seconds())

    def holds_for(self, *, minutes: int) -> None:
        """Set HOLD_MINUTES: under 31, the Checkout Session outlives the hold."""
        settings = self.outside.settings.model_copy(update={"hold_minutes": minutes})
        self.outside = self.app.extensions["outside"] = replace(self.outside, settings=settings)

    def disputes(self, *, amount: int | None = None) -> str:
        """Have the bank of whoever paid last dispute it; answers Stripe's id of the dispute."""
        account = self.account
        return str(open_dispute(account, account.all("charge")[0], amount=amount, reason="fraudulent")["id"])

    def refunds_in_dashboard(self, amount: int) -> str:
        """Give back a part of the last charge as somebody would at Stripe; answers Stripe's id of the refund."""
        charge = self.account.all("charge")[0]["id"]
        return str(create_refund(self.account, {"charge": charge, "amount": amount, "metadata": {}})["id"])

    def pays_out(self, **wish: Any) -> str:
        """Have Stripe pay out what there is; answers its id of the payout."""
        return str(pay_out(self.account, PayoutWish(**wish))["id"])

    @property
    def account(self) -> Account:
        """The account at the stand-in."""
        return Account(self.stripe, self.sandbox.clock)

    def sessions(self) -> list[dict[str, Any]]:
        """Every Checkout Session at the stand-in, newest first."""
        return self.stripe.list("checkout.session")

    # The worker

    def work(self, *kinds: EffectKind) -> None:
        """Run every effect that is due, and what follows from it; only these kinds, where any are named.

        What fails because Stripe is out of reach waits for its next attempt; any other error is the test's.
        """
        while due := self._due(kinds or tuple(EffectKind)):
            for key, kind, subject in due:
                self._run(key, kind, subject)

    def tick(self) -> None:
        """Do what the schedule does, and what follows from it."""
        queue_lapsed_holds(self.outside)
        queue_visits(self.outside)
        self.work()

    def imports(self, *, starts_over: bool = False) -> ImportProgress:
        """Read Stripe's books, settle what they show and compare; answers how the import went."""
        with self.database.writing() as session:
            asked = request_import(session, requested_by="test", starts_over=starts_over, now=self.outside.clock.now())
        while True:
            self.work(*FROM_STRIPE)
            with self.database.reading() as session:
                progress = get_import(session, asked.id)
            if progress.status in ENDED:
                return progress
            self.passes(seconds=1)

    def settle(self) -> None:
        """Deliver what Stripe has to say and act on it."""
        self.deliver()
        self.work()

    # What a test sees

    def status(self, booked: Booked) -> BookingStatus:
        return self.row(booked).status

    def row(self, booked: Booked) -> Booking:
        with self.database.reading() as session:
            return session.get_one(Booking, booked.id)

    def taken(self, learning_set: BuiltSet) -> int:
        with self.database.reading() as session:
            return session.get_one(LearningSet, learning_set.id).taken

    def letters(self, booked: Booked | None = None) -> list[LetterKind]:
        """Letters queued so far, in order of their names; all, or those about a booking."""
        query = select(Letter.kind).order_by(Letter.kind)
        if booked is not None:
            query = query.where(Letter.subject_id == booked.id)
        with self.database.reading() as session:
            return list(session.scalars(query))

    def payments(self) -> list[Payment]:
        with self.database.reading() as session:
            return list(session.scalars(select(Payment).order_by(Payment.created_at)))

    def refunds(self) -> list[Refund]:
        with self.database.reading() as session:
            return list(session.scalars(select(Refund).order_by(Refund.created_at)))

    def queued(self, kind: EffectKind) -> int:
        """How often this effect was ever queued."""
        with self.database.reading() as session:
            return session.scalar(select(func.count()).where(Effect.kind == kind)) or 0

    def attention(self) -> list[AttentionKind]:
        with self.database.reading() as session:
            return list(session.scalars(select(AttentionItem.kind).order_by(AttentionItem.opened_at)))

    def broken_promises(self) -> list[Broken]:
        """As they will stand once the grace that some are given is over, and Stripe's books were read."""
        self.breaks(Fault.DOWN, times=0)
        self.imports()
        return check_invariants(self.database, now=self.outside.clock.now() + timedelta(hours=1))

    def _due(self, kinds: tuple[EffectKind, ...]) -> list[tuple[str, EffectKind, str]]:
        query = select(Effect).where(
            Effect.status == EffectStatus.NEW, Effect.kind.in_(kinds), Effect.due_at <= self.outside.clock.now()
        )
        with self.database.reading() as session:
            rows = session.scalars(query.order_by(Effect.created_at, Effect.key))
            return [(effect.key, effect.kind, effect.payload["subject"]) for effect in rows]

    def _run(self, key: str, kind: EffectKind, subject: str) -> None:
        failure = None
        try:
            HANDLERS[kind].run(self.outside, subject)
        except PaymentsUnavailable as error:
            failure = error
        with self.database.writing() as session:
            effect, now = session.get_one(Effect, key), self.outside.clock.now()
            if failure is None:
                finish(session, effect, now=now)
            else:
                postpone_or_fail(session, effect, failure, now=now)


def a_world(database: Database, folder: Path) -> World:
    """A world over an empty database, with one site; its stand-ins keep their state in `folder`."""
    settings = Settings(
        app_env=AppEnv.TEST,
        public_url=HOME,
        database_url=database.engine.url.render_as_string(hide_password=False),
        var_dir=folder,
        secret_key="a secret for tests, 32 characters",
        address_pepper="a pepper for tests, 32 characters",
        stripe_webhook_secret=WEBHOOK_SECRET,
    )
    postbox = RecordingPostbox()
    outside = replace(compose(settings, Patience.WEB), database=database, postbox=postbox)
    sandbox = open_sandbox(folder, settings.origin)
    with database.writing() as session:
        a_site(session, publishable_key=SITE_KEY, origins=[SITE_ORIGIN])
    return World(outside, sandbox, create_app(outside, sandbox), postbox)


def a_booking(
    learning_set: BuiltSet,
    *,
    people: Sequence[str] = (ADA,),
    booker: str = ADA,
    method: str = "card",
    price: int = 0,
    **changes: Any,
) -> dict[str, Any]:
    """The body of a booking: `price` counts the set's prices; `changes` replaces whole fields."""
    body = {
        "price_id": to_public(Prefix.PRICE, learning_set.price_ids[price]),
        "payment_method": method,
        "booker": {"name": name_of(booker), "email": booker},
        "participants": [{"name": name_of(person), "email": person} for person in people],
        "accepted": {
            "terms": to_public(Prefix.TERMS, learning_set.terms_id),
            "ground_rules": to_public(Prefix.GROUND_RULES, learning_set.ground_rules_id),
        },
    }
    return body | changes


def name_of(email: str) -> str:
    """Ada, of `ada@example.org`."""
    return email.partition("@")[0].capitalize()


def session_at(checkout_url: str) -> str:
    """The Checkout Session that an address to pay at belongs to."""
    found = re.search(r"cs_\w+", checkout_url)
    assert found is not None
    return found[0]
