"""The newsletter with a database, a clock, keys, an audience that records, and a worker that runs what is due."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

from sqlalchemy import select

from services.attention.models import AttentionItem
from services.attention.words import AttentionKind
from services.audit.models import AuditEntry
from services.clock import Clock
from services.database import Database
from services.effects.kinds import EffectKind
from services.effects.models import Effect, EffectStatus
from services.jobs.handlers import HANDLERS
from services.journeys import leave_newsletter, mirror_newsletter, newsletter_sign_up
from services.mail.letters import Facts, NewsletterConfirm, facts_from_json
from services.mail.models import Letter, LetterKind, LetterState
from services.newsletter.confirming import Confirmed
from services.newsletter.models import ConsentRecord, Subscription
from services.newsletter.subscription import SignUp, find_subscription, topics_of
from services.newsletter.words import ConsentAction
from services.outside import Outside
from services.payments.gateway import PaymentGateway
from services.settings import AppEnv, Settings
from services.suppression.register import find_suppressed_at
from services.tokens import Keyring
from tests.builders import a_topic, a_wording
from tests.recording_audience import RecordingAudience
from tests.recording_postbox import RecordingPostbox

ADA = "ada@example.org"
ORIGIN = "https://book.example"

OF_THE_NEWSLETTER = (
    EffectKind.HANDLE_SIGN_UP,
    EffectKind.HANDLE_PREFERENCE_LINK,
    EffectKind.HANDLE_LEAVE_REQUEST,
    EffectKind.PUSH_SUBSCRIPTION,
)


@dataclass
class Desk:
    """What a test does with the newsletter; letters stay queued, so that their links can be read."""

    outside: Outside
    wording_id: UUID
    audience: RecordingAudience = field(default_factory=RecordingAudience)

    def ask(self, *topics: str, email: str = ADA, name: str | None = None) -> None:
        """Fill in the sign-up form; the worker has not seen it yet."""
        wanted = SignUp(
            email, name, list(topics or ("news",)), self.wording_id, "api:a-site", "https://larkfield.example"
        )
        newsletter_sign_up.sign_up(self.outside, wanted)

    def sign_up(self, *topics: str, email: str = ADA, name: str | None = None) -> None:
        self.ask(*topics, email=email, name=name)
        self.work()

    def subscribe(self, *topics: str, email: str = ADA) -> Confirmed:
        """Sign up and confirm."""
        self.sign_up(*topics, email=email)
        return self.confirm()

    def confirm(self, token: str | None = None) -> Confirmed:
        """Press the button that the newest letter leads to."""
        confirmed = newsletter_sign_up.confirm_sign_up(self.outside, token or self.token())
        self.work()
        return confirmed

    def leave(self, topic: str | None = None, *, email: str = ADA) -> None:
        leave_newsletter.leave_with_link(self.outside, self.leave_token(email), topic)

    def leave_typed(self, email: str = ADA) -> None:
        leave_newsletter.leave_with_address(self.outside, email)

    def work(self, *kinds: EffectKind) -> None:
        """Run every effect that is due by now, letters apart; only these kinds, where any are named."""
        while due := self._due(kinds or OF_THE_NEWSLETTER):
            for key, kind, subject in due:
                self.run(kind, subject)
                self._mark_done(key)

    def run(self, kind: EffectKind, subject: str) -> None:
        """Run an effect, be it once more."""
        HANDLERS[kind].run(self.outside, subject)

    def push(self, subject: str) -> None:
        """Tell the audience of a change."""
        self.run(EffectKind.PUSH_SUBSCRIPTION, subject)

    def token(self, place: int = -1) -> str:
        """What a confirmation letter's link ends in."""
        letter = cast(NewsletterConfirm, self.letters(LetterKind.NEWSLETTER_CONFIRM)[place])
        return letter.confirm_url.rpartition("/")[2]

    def leave_token(self, email: str = ADA) -> str:
        """What the leave link of a subscriber's letters ends in."""
        subscription = self.subscription(email)
        links = mirror_newsletter.links_of(self.outside)
        return links.leave(subscription.id).rpartition("/")[2]

    def letters(self, *kinds: LetterKind) -> list[Facts]:
        """What is queued, oldest first."""
        with self.outside.database.reading() as session:
            rows = session.scalars(select(Letter).order_by(Letter.created_at, Letter.id))
            return [facts_from_json(row.kind, row.facts) for row in rows if not kinds or row.kind in kinds]

    def count(self, kind: LetterKind) -> int:
        return len(self.letters(kind))

    def states(self) -> dict[LetterKind, LetterState]:
        """Where the newest letter of each kind has got to."""
        with self.outside.database.reading() as session:
            return {row.kind: row.state for row in session.scalars(select(Letter).order_by(Letter.created_at))}

    def subscription(self, email: str = ADA) -> Subscription:
        with self.outside.database.reading() as session:
            found = find_subscription(session, Subscription.email == email)
            assert found is not None
            return found

    def topics(self, email: str = ADA) -> set[str]:
        return topics_of(self.subscription(email))

    def is_suppressed(self, email: str = ADA) -> bool:
        with self.outside.database.reading() as session:
            return find_suppressed_at(session, self.outside.keyring.address_hash(email)) is not None

    def consent(self) -> list[tuple[str, ConsentAction]]:
        """Topic and action of every record, in the order of the chain."""
        with self.outside.database.reading() as session:
            rows = session.scalars(select(ConsentRecord).order_by(ConsentRecord.subscription_id, ConsentRecord.number))
            return [(row.topic, row.action) for row in rows]

    def audited(self) -> list[str]:
        with self.outside.database.reading() as session:
            return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.at, AuditEntry.id)))

    def attention(self) -> list[AttentionKind]:
        with self.outside.database.reading() as session:
            return list(session.scalars(select(AttentionItem.kind)))

    def effects(self, kind: EffectKind) -> list[str]:
        with self.outside.database.reading() as session:
            rows = session.scalars(select(Effect).where(Effect.kind == kind).order_by(Effect.created_at, Effect.key))
            return [effect.payload["subject"] for effect in rows]

    def _due(self, kinds: tuple[EffectKind, ...]) -> list[tuple[str, EffectKind, str]]:
        with self.outside.database.reading() as session:
            rows = session.scalars(
                select(Effect).where(
                    Effect.status == EffectStatus.NEW,
                    Effect.kind.in_(kinds),
                    Effect.due_at <= self.outside.clock.now(),
                )
            )
            return [(effect.key, effect.kind, effect.payload["subject"]) for effect in rows]

    def _mark_done(self, key: str) -> None:
        with self.outside.database.writing() as session:
            session.get_one(Effect, key).status = EffectStatus.DONE


def open_desk(database: Database, clock: Clock, keyring: Keyring, *, mirrored: bool = True) -> Desk:
    """A desk with topics news, events and training, and a wording in force."""
    audience = RecordingAudience()
    with database.writing() as session:
        for position, slug in enumerate(("news", "events", "training"), start=1):
            a_topic(session, slug=slug, name=slug.capitalize(), position=position)
        wording_id = a_wording(session)
    settings = Settings(
        app_env=AppEnv.TEST,
        public_url=ORIGIN,
        secret_key="a secret for tests, 32 characters",
        address_pepper="a pepper for tests, 32 characters",
    )
    outside = Outside(
        settings=settings,
        clock=clock,
        database=database,
        keyring=keyring,
        gateway=cast(PaymentGateway, None),
        audience=audience if mirrored else None,
        postbox=RecordingPostbox(),
    )
    return Desk(outside, wording_id, audience)
