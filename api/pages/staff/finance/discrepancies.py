"""Discrepancies: those that are open and those that were cleared, and the forms that clear one."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple
from uuid import UUID

from flask import Response, redirect, request
from marshmallow import ValidationError
from werkzeug.wrappers import Response as BaseResponse

from api import access
from api.context import current_staff, outside
from api.pages.staff.finance.people import name_of, names_of
from api.pages.staff.finance.room import page, room
from api.pages.staff.finance.shown_discrepancy import ShownDiscrepancy, list_shown, show
from api.paging import after_day, close_day
from api.wire import Text
from services.access.keys import Scope
from services.finance.calendar_month import Month
from services.finance.clearing import Decision, clear
from services.finance.discrepancies import DiscrepancyFilter, DiscrepancyView, Key, get_discrepancy
from services.finance.errors import ActionNotPossible, DiscrepancyClosed, DiscrepancyNotFound, LinkTargetUnknown
from services.finance.words import DiscrepancyAction
from services.ids import Prefix, find_uuid

PAGE = 25
REASON, TARGET = Text(max_length=200), Text(max_length=120)
NO_REASON = "Say in a few words why, at most 200 characters; it is kept with the books"
NO_TARGET = "Choose one, or type its id"
UNKNOWN_TARGET = "There is nothing to link under that id: it is not there, or belongs to something else already"

blueprint = room("discrepancies")


class Typed(NamedTuple):
    """What somebody sent with the button of an action."""

    action: DiscrepancyAction
    reason: str
    target: str | None


@blueprint.get("/discrepancies")
@access.staff_page(Scope.FINANCE_READ)
def show_all() -> Response:
    """Open ones, or with `state=closed` those that were cleared."""
    is_open = request.args.get("state") != "closed"
    with outside().database.reading() as session:
        found = list_shown(session, DiscrepancyFilter(is_open=is_open), after=_after(), limit=PAGE + 1)
        names = names_of(session, {each.view.closed_by for each in found if each.view.closed_by})
    shown = found[:PAGE]
    return page(
        "discrepancies.html",
        discrepancies=shown,
        is_open=is_open,
        names=names,
        older=_cursor(shown[-1]) if len(found) > PAGE else None,
    )


@blueprint.get("/discrepancies/<discrepancy_id>")
@access.staff_page(Scope.FINANCE_READ)
def show_one(discrepancy_id: str) -> Response:
    return _one(discrepancy_id, {}, HTTPStatus.OK)


@blueprint.post("/discrepancies/<discrepancy_id>")
@access.staff_page(Scope.FINANCE_WRITE)
def act(discrepancy_id: str) -> BaseResponse:
    """Do what the pressed button says; a refusal comes back with the form as it was typed."""
    typed, errors = _read_form()
    if errors:
        return _one(discrepancy_id, errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    decision = Decision(typed.action, typed.reason, current_staff().principal, typed.target)
    try:
        with outside().database.writing() as session:
            cleared = clear(session, _named(discrepancy_id), decision, now=outside().clock.now())
    except LinkTargetUnknown:
        return _one(discrepancy_id, {"link-target": UNKNOWN_TARGET}, HTTPStatus.UNPROCESSABLE_ENTITY)
    except (DiscrepancyClosed, ActionNotPossible) as refusal:
        return _one(discrepancy_id, {"": f"{refusal.title}."}, HTTPStatus.CONFLICT)
    return redirect(_leads_to(cleared), HTTPStatus.SEE_OTHER)


def _one(discrepancy_id: str, errors: Mapping[str, str], status: HTTPStatus) -> Response:
    with outside().database.reading() as session:
        view = get_discrepancy(session, _named(discrepancy_id))
        shown = show(session, view)
        closed_by = name_of(session, view.closed_by) if view.closed_by else None
    return page(
        "discrepancy.html",
        status,
        discrepancy=shown,
        month=Month.of(view.occurred_on),
        closed_by=closed_by,
        errors=errors,
        typed=request.form,
    )


def _read_form() -> tuple[Typed, dict[str, str]]:
    """What was typed, and a sentence for each field that will not do, by the field's id."""
    try:
        action = DiscrepancyAction(request.form.get("action", ""))
    except ValueError:
        raise ActionNotPossible from None
    errors: dict[str, str] = {}
    reason, target = request.form.get("reason", ""), None
    try:
        reason = REASON.deserialize(reason)
    except ValidationError:
        errors[f"{action}-reason"] = NO_REASON
    if action is DiscrepancyAction.LINK:
        try:
            target = TARGET.deserialize(request.form.get("other_target", "").strip() or request.form.get("target", ""))
        except ValidationError:
            errors["link-target"] = NO_TARGET
    return Typed(action, reason, target), errors


def _leads_to(cleared: DiscrepancyView) -> str:
    if cleared.cleared_by is None:
        return f"{blueprint.url_prefix}/fetch"
    return f"{blueprint.url_prefix}/{Month.of(cleared.occurred_on)}?done={cleared.cleared_by}"


def _named(discrepancy_id: str) -> UUID:
    found = find_uuid(Prefix.DISCREPANCY, discrepancy_id)
    if found is None:
        raise DiscrepancyNotFound
    return found


def _after() -> Key | None:
    position = after_day(request.args.get("cursor"))
    if position is None:
        return None
    last = find_uuid(Prefix.DISCREPANCY, position[1])
    return (position[0], last) if last else None


def _cursor(last: ShownDiscrepancy) -> str:
    return close_day(last.view.occurred_on, last.id)
