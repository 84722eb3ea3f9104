"""The embedded default's first content: two sets with dates from today on, newsletter topics and a wording, staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.money import Money
from services.newsletter.topics import TopicView, add_topic, add_wording
from services.newsletter.words import LawfulBasis
from services.people.staff import Member, is_on_list, put_member
from services.people.words import IncomeBand
from services.sets.drafting import NewSet, add_set
from services.sets.editing import Edit
from services.sets.meetings import Meeting
from services.sets.models import LearningSet
from services.sets.pricing import NewPrice
from services.sets.publishing import publish
from services.sets.terms import add_ground_rules, add_terms
from services.sets.words import SetFormat

LONDON = "Europe/London"
ACTOR = "seed"
EXEMPT = "Education by an eligible body"

TERMS = """\
A place is one seat at every meeting of the set, for one person.

- **Paying.** A place that costs money is yours once it is paid. Until then we hold it for the time we told you.
- **Cancelling.** Up to 28 days before the first meeting you get everything back, up to 14 days half; after that we
  keep the fee, for the group is formed.
- **A colleague instead.** Before the first meeting a colleague may take your place at no charge.
- **If we cancel.** Should the set not run, everything is refunded.
"""

GROUND_RULES = """\
- What is said in the set stays in the set.
- We come to every meeting, on time, and stay to the end.
- We ask open questions rather than give advice.
- We each leave with something we will do, and say next time how it went.
"""

WORDING = (
    "Send me the newsletter by e-mail, on the topics I ticked. I can choose other topics or stop it at any time, with "
    "one click in every mail."
)

TOPICS = (
    ("news", "News", "What we learned, what our sets are working on, and how the charity is doing."),
    ("events", "Upcoming events", "New learning sets and open mornings, as soon as places can be booked."),
    ("training", "Training and consultancy", "Courses for facilitators, and work we do with whole organisations."),
)

CAMPAIGNERS = """\
Six people who run campaigns meet online, six times over nine months, with a facilitator.

Each time two or three of you bring a real question from your work. The others listen and ask, so that you hear yourself
think; you leave with a next step of your own. **Nobody lectures, and nobody is told what to do.**

You need a quiet room, a camera and three undisturbed hours.
"""

NEW_MANAGERS = """\
Eight people in their first years of managing others meet for five mornings, in person.

You bring what keeps you awake: a hard conversation, a team that has stopped talking, a board that wants two things at
once. The group asks the questions that help you find your own answer.

Free, with one condition: **you commit to all five mornings.**
"""


def seed_catalogue(session: Session, *, now: datetime) -> bool:
    """Add both sets unless there is any set already; says whether it did."""
    if session.scalar(select(func.count()).select_from(LearningSet)):
        return False
    terms_id = add_terms(session, "Booking terms", TERMS, now=now)
    rules_id = add_ground_rules(session, "How we work together", GROUND_RULES, now=now)
    today = now.astimezone(ZoneInfo(LONDON)).date()
    online = _meetings(_next_monday(today, weeks=8), time(10), hours=3, every_days=42, times=6)
    in_person = _meetings(_next_monday(today, weeks=5), time(9, 30), hours=3, every_days=28, times=5)
    _publish(
        session,
        NewSet(
            slug="campaigners-online",
            title="Campaigners' action learning set",
            summary="Six people who run campaigns, six online meetings over nine months, one facilitator.",
            description=CAMPAIGNERS,
            theme="campaigning",
            format=SetFormat.ONLINE,
            joining_link="https://meet.example.org/campaigners",
            capacity=6,
            minimum_numbers=5,
            decision_on=_decision(online),
            timezone=LONDON,
            meetings=online,
            prices=_income_bands(),
            facilitators=["Marian Osei"],
            terms_id=terms_id,
            ground_rules_id=rules_id,
        ),
        now=now,
    )
    _publish(
        session,
        NewSet(
            slug="new-managers-leeds",
            title="New managers' action learning set",
            summary="Eight people new to managing others, five mornings in Leeds. Free, with full commitment.",
            description=NEW_MANAGERS,
            theme="managing people",
            format=SetFormat.IN_PERSON,
            location="The Old Wool Hall, 4 Canal Street, Leeds",
            capacity=8,
            minimum_numbers=5,
            decision_on=_decision(in_person),
            timezone=LONDON,
            meetings=in_person,
            prices=[NewPrice("Free", Money(0, "GBP"), vat_reason=EXEMPT)],
            facilitators=["Joanna Reyes", "Piotr Lund"],
            terms_id=terms_id,
            ground_rules_id=rules_id,
        ),
        now=now,
    )
    return True


def seed_newsletter(session: Session, *, now: datetime) -> None:
    """Topics and the wording in force; what is there already stays as it is."""
    for position, (slug, name, description) in enumerate(TOPICS, start=1):
        add_topic(session, TopicView(slug, name, LawfulBasis.CONSENT, description), position=position)
    add_wording(session, WORDING, language="en", privacy_notice_version="1", now=now)


def seed_staff(session: Session, member: Member, *, now: datetime) -> None:
    """Somebody who may sign in, unless they may already."""
    if not is_on_list(session, member.email):
        put_member(session, member, actor=ACTOR, now=now)


def _publish(session: Session, new: NewSet, *, now: datetime) -> None:
    set_id = add_set(session, new, actor=ACTOR, now=now)
    publish(session, Edit(set_id, seen=None, actor=ACTOR, now=now))


def _income_bands() -> list[NewPrice]:
    bands = (
        ("Income under £100k a year", 18000, IncomeBand.UNDER_100K),
        ("Income £100k to £1m a year", 30000, IncomeBand.FROM_100K_TO_1M),
        ("Income over £1m a year", 42000, IncomeBand.OVER_1M),
    )
    return [
        NewPrice(name, Money(pence, "GBP"), band=band, vat_reason=EXEMPT, cost_centre="SETS")
        for name, pence, band in bands
    ]


def _meetings(first: date, at: time, *, hours: int, every_days: int, times: int) -> list[Meeting]:
    """By the wall clock of London, so that a meeting keeps its hour when the clocks change."""
    starts = [
        datetime.combine(first + timedelta(days=every_days * number), at, ZoneInfo(LONDON)) for number in range(times)
    ]
    return [Meeting(start, start + timedelta(hours=hours)) for start in starts]


def _next_monday(today: date, *, weeks: int) -> date:
    later = today + timedelta(weeks=weeks)
    return later + timedelta(days=(7 - later.weekday()) % 7)


def _decision(meetings: Sequence[Meeting]) -> date:
    return meetings[0].starts_at.date() - timedelta(weeks=2)
