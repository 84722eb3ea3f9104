"""A discrepancy in the words of its pages: what it is about, what each side says, and what clears it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from api.pages.staff.finance.words import CLEARINGS, KINDS, Told, ToldAction, told_action
from services.finance.discrepancies import (
    DiscrepancyFilter,
    DiscrepancyView,
    Key,
    list_discrepancies,
    list_link_targets,
)
from services.finance.sides import Sides, read_sides
from services.finance.wording import category
from services.finance.words import DiscrepancyAction, DiscrepancyKind
from services.ids import Prefix, to_public

MOST_TARGETS = 10


@dataclass(frozen=True)
class Target:
    """What a discrepancy may be linked with."""

    id: str
    view: DiscrepancyView


@dataclass(frozen=True)
class ShownDiscrepancy:
    id: str
    view: DiscrepancyView
    sides: Sides
    kind: Told
    about: str
    actions: Mapping[DiscrepancyAction, ToldAction]
    targets: Sequence[Target]
    cleared: str | None


def list_shown(session: Session, wanted: DiscrepancyFilter, *, after: Key | None, limit: int) -> list[ShownDiscrepancy]:
    found = list_discrepancies(session, wanted, after=after, limit=limit)
    sides = read_sides(session, found)
    return [_shown(session, each, sides[each.id]) for each in found]


def show(session: Session, one: DiscrepancyView) -> ShownDiscrepancy:
    return _shown(session, one, read_sides(session, [one])[one.id])


def _shown(session: Session, one: DiscrepancyView, sides: Sides) -> ShownDiscrepancy:
    can_link = DiscrepancyAction.LINK in one.actions
    targets = list_link_targets(session, one, limit=MOST_TARGETS) if can_link else []
    return ShownDiscrepancy(
        id=to_public(Prefix.DISCREPANCY, one.id),
        view=one,
        sides=sides,
        kind=KINDS[one.kind],
        about=_about(one, sides),
        actions={action: told_action(one.kind, action) for action in one.actions},
        targets=[Target(each.subject, each) for each in targets],
        cleared=CLEARINGS[one.cleared_by] if one.cleared_by else None,
    )


def _about(one: DiscrepancyView, sides: Sides) -> str:
    if sides.reporting_category is not None:
        return category(sides.reporting_category)
    if one.kind is DiscrepancyKind.AMOUNT_DIFFERS:
        return "Payout and what is in it"
    return "Payout" if one.payout_id is not None else "Entry in our journal"
