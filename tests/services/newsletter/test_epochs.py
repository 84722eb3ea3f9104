"""In whatever order: a no outweighs every yes that did not begin after it, here and at the audience."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.clock import Clock
from services.journeys.choose_topics import choose_topics
from services.mail.models import LetterKind
from services.newsletter.audience import MemberStatus
from services.newsletter.errors import ConfirmationLinkExpired
from services.newsletter.models import Confirmation, Subscription
from services.newsletter.subscription import find_subscription, is_subscribed, topics_of
from services.tokens import Keyring, sha256_hex
from tests.databases import Databases, Kind
from tests.newsletter_desk import ADA, Desk, open_desk
from tests.offset import FakeOffset

MOST_ACTS = 14


class Story:
    """What one person and a few strangers do to one address, and what we know must hold."""

    def __init__(self, desk: Desk, clock: Clock, offset: FakeOffset) -> None:
        self.desk, self.clock, self.offset = desk, clock, offset
        self.left_at: datetime | None = None
        self.preferences_token: str | None = None

    def ask(self) -> None:
        self.desk.ask("news", "events")

    def sign_up(self) -> None:
        self.ask()
        self.work()

    def work(self) -> None:
        self.desk.work()

    def wait(self) -> None:
        self.offset.move(minutes=16)

    def confirm_newest(self) -> None:
        self._confirm(-1)

    def confirm_oldest(self) -> None:
        self._confirm(0)

    def leave_by_link(self) -> None:
        if self._known():
            self.left_at = self.clock.now()
            self.desk.leave()

    def leave_by_typing(self) -> None:
        self.desk.leave_typed()
        self.left_at = self.clock.now()

    def leave_a_topic(self) -> None:
        if self._known():
            self.desk.leave("news")

    def choose_topics(self) -> None:
        if self.preferences_token is not None:
            choose_topics(self.desk.outside, self.preferences_token, ["training"])

    def check(self) -> None:
        assert self.desk.is_suppressed() == (self.left_at is not None)

    def check_the_mirror(self) -> None:
        """Once all work is done the audience holds what is true here, and no more work follows from that."""
        self.desk.work()
        taken = self.desk.audience.taken
        reads = self._reads()
        assert reads == (set(taken[-1].topics) if taken else set())
        assert bool(reads) == (bool(taken) and taken[-1].status is MemberStatus.SUBSCRIBED)
        assert MemberStatus.PENDING not in self.desk.audience.statuses
        pushes = len(taken)
        self.desk.work()
        assert len(taken) == pushes

    def _confirm(self, place: int) -> None:
        if not self.desk.count(LetterKind.NEWSLETTER_CONFIRM):
            return
        confirmation = self._confirmation(self.desk.token(place))
        fresh = confirmation.used_at is None
        with suppress(ConfirmationLinkExpired):
            self.preferences_token = self.desk.confirm(self.desk.token(place)).preferences_token
            if fresh:
                assert self.left_at is None or confirmation.requested_at > self.left_at
                self.left_at = None

    def _confirmation(self, token: str) -> Confirmation:
        with self.desk.outside.database.reading() as session:
            return session.scalars(select(Confirmation).where(Confirmation.token_sha256 == sha256_hex(token))).one()

    def _known(self) -> bool:
        """Whether some letter has carried a leave link."""
        return self.desk.count(LetterKind.NEWSLETTER_WELCOME) > 0

    def _reads(self) -> set[str]:
        with self.desk.outside.database.reading() as session:
            found = find_subscription(session, Subscription.email == ADA)
            return topics_of(found) if found is not None and is_subscribed(session, found) else set()


ACTS: list[Callable[[Story], None]] = [
    Story.sign_up,
    Story.sign_up,
    Story.ask,
    Story.work,
    Story.wait,
    Story.confirm_newest,
    Story.confirm_newest,
    Story.confirm_newest,
    Story.confirm_oldest,
    Story.leave_by_link,
    Story.leave_by_typing,
    Story.leave_a_topic,
    Story.choose_topics,
]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(acts=[Story.leave_by_typing, Story.confirm_newest], pauses=[False] * MOST_ACTS)
@example(
    acts=[Story.confirm_newest, Story.leave_by_link, Story.ask, Story.leave_by_link, Story.work, Story.confirm_newest],
    pauses=[True] * MOST_ACTS,
)
@example(acts=[Story.ask, Story.confirm_newest, Story.leave_by_link, Story.confirm_newest], pauses=[True] * MOST_ACTS)
@given(
    acts=st.lists(st.sampled_from(ACTS), max_size=MOST_ACTS),
    pauses=st.lists(st.booleans(), min_size=MOST_ACTS, max_size=MOST_ACTS),
)
def test_a_no_outweighs_every_yes_that_began_before_it(
    databases: Databases, database_kind: Kind, keyring: Keyring, acts: list[Callable[[Story], None]], pauses: list[bool]
) -> None:
    offset = FakeOffset()
    clock = FrozenClock(offset)
    story = Story(open_desk(databases.shared(database_kind), clock, keyring), clock, offset)
    for act, pause in zip([Story.sign_up, *acts], [False, *pauses], strict=False):
        if pause:
            offset.move(seconds=1)
        act(story)
        story.check()
    story.check_the_mirror()


class FrozenClock(Clock):
    """Moves by its offset alone, so that two acts can fall into one instant."""

    start = Clock.machine_now()

    def now(self) -> datetime:
        return self.start + self._offset()
