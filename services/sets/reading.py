"""Reading published sets whole: four statements, however many sets there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from services.money import Money
from services.sets.models import Facilitator, GroundRules, LearningSet, Price, SetSession, Terms
from services.sets.pricing import is_valid
from services.sets.prose import to_html
from services.sets.views import EnrolmentStatus, FacilitatorView, PriceView, SessionView, SetView, TextView, Vat
from services.sets.words import SetStatus

SETS = (
    select(
        LearningSet.id,
        LearningSet.slug,
        LearningSet.title,
        LearningSet.summary,
        LearningSet.description,
        LearningSet.theme,
        LearningSet.format,
        LearningSet.location,
        LearningSet.language,
        LearningSet.timezone,
        LearningSet.updated_at,
        LearningSet.status,
        LearningSet.mode,
        LearningSet.capacity,
        LearningSet.taken,
        LearningSet.minimum_numbers,
        LearningSet.decision_on,
        LearningSet.starts_at,
        LearningSet.enrolment_opens_at,
        LearningSet.enrolment_closes_at,
        LearningSet.terms_id,
        Terms.title.label("terms_title"),
        Terms.text.label("terms_text"),
        LearningSet.ground_rules_id,
        GroundRules.title.label("ground_rules_title"),
        GroundRules.text.label("ground_rules_text"),
    )
    .outerjoin(Terms, Terms.id == LearningSet.terms_id)
    .outerjoin(GroundRules, GroundRules.id == LearningSet.ground_rules_id)
)
"""What `read_whole` asks of each set; which sets, and in which order, is the caller's to say."""

_SESSIONS = (
    select(
        SetSession.learning_set_id,
        SetSession.id,
        SetSession.number,
        SetSession.starts_at,
        SetSession.ends_at,
        SetSession.status,
        SetSession.sequence,
    )
    .where(SetSession.learning_set_id.in_(bindparam("set_ids", expanding=True)))
    .order_by(SetSession.number)
)
_PRICES = (
    select(
        Price.learning_set_id,
        Price.id,
        Price.name,
        Price.band,
        Price.gross_minor,
        Price.currency,
        Price.vat_code,
        Price.vat_rate_percent,
        Price.payment_methods,
        Price.valid_from,
        Price.valid_until,
    )
    .where(Price.learning_set_id.in_(bindparam("set_ids", expanding=True)))
    .order_by(Price.gross_minor, Price.id)
)
_FACILITATORS = (
    select(Facilitator.learning_set_id, Facilitator.name)
    .where(Facilitator.learning_set_id.in_(bindparam("set_ids", expanding=True)))
    .order_by(Facilitator.position)
)

_Asking = Select[*tuple[Any, ...]]
_OfSet = Mapping[UUID, Sequence[Row[Any]]]
"""Rows by the set that they belong to."""


def read_whole(session: Session, query: _Asking, asked: Mapping[str, Any], *, now: datetime) -> list[SetView]:
    """The sets of a query made from SETS with these values, in its order."""
    rows = session.connection().execute(query, asked).all()
    if not rows:
        return []
    set_ids = [row.id for row in rows]
    sessions, prices, facilitators = (_of_sets(session, each, set_ids) for each in (_SESSIONS, _PRICES, _FACILITATORS))
    return [_view(row, sessions[row.id], prices[row.id], facilitators[row.id], now) for row in rows]


def is_in_window(opens_at: datetime | None, closes_at: datetime, now: datetime) -> bool:
    """Whether enrolment is open, as far as time goes."""
    return (opens_at is None or opens_at <= now) and now < closes_at


def _of_sets(session: Session, query: _Asking, set_ids: Sequence[UUID]) -> _OfSet:
    found: defaultdict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in session.connection().execute(query, {"set_ids": set_ids}):
        found[row.learning_set_id].append(row)
    return found


def _view(
    row: Row[Any],
    sessions: Sequence[Row[Any]],
    prices: Sequence[Row[Any]],
    facilitators: Sequence[Row[Any]],
    now: datetime,
) -> SetView:
    return SetView(
        id=row.id,
        slug=row.slug,
        title=row.title,
        summary=row.summary,
        description=row.description,
        description_html=to_html(row.description),
        theme=row.theme,
        format=row.format,
        location=row.location,
        language=row.language,
        enrolment_status=_enrolment_status(row, now),
        mode=row.mode,
        capacity=row.capacity,
        places_left=row.capacity - row.taken,
        minimum_numbers=row.minimum_numbers,
        decision_on=row.decision_on,
        timezone=row.timezone,
        updated_at=row.updated_at,
        starts_at=row.starts_at,
        sessions=[_session_view(each) for each in sessions],
        prices=[_price_view(each) for each in prices if is_valid(each.valid_from, each.valid_until, now)],
        terms=_text_view(row.terms_id, row.terms_title, row.terms_text),
        ground_rules=_text_view(row.ground_rules_id, row.ground_rules_title, row.ground_rules_text),
        facilitators=[FacilitatorView(each.name) for each in facilitators],
    )


def _enrolment_status(row: Row[Any], now: datetime) -> EnrolmentStatus:
    if row.status is SetStatus.CANCELLED:
        return EnrolmentStatus.CANCELLED
    closes_at = row.enrolment_closes_at or row.starts_at
    if row.status is not SetStatus.PUBLISHED or not is_in_window(row.enrolment_opens_at, closes_at, now):
        return EnrolmentStatus.CLOSED
    return EnrolmentStatus.FULL if row.taken >= row.capacity else EnrolmentStatus.OPEN


def _session_view(row: Row[Any]) -> SessionView:
    return SessionView(row.id, row.number, row.starts_at, row.ends_at, row.status.value, row.sequence)


def _price_view(row: Row[Any]) -> PriceView:
    return PriceView(
        id=row.id,
        name=row.name,
        band=row.band.value if row.band else None,
        amount=Money(row.gross_minor, row.currency),
        vat=Vat(row.vat_code, row.vat_rate_percent),
        payment_methods=row.payment_methods,
    )


def _text_view(text_id: UUID | None, title: str, text: str) -> TextView | None:
    return TextView(text_id, title, to_html(text)) if text_id else None
