"""Fetching from Stripe: asked for with a button, watched, left and found again."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, redirect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from api import access
from api.context import current_staff, outside
from api.pages.staff.finance.room import page, room
from services.access.keys import Scope
from services.finance.imports import (
    CLOCK,
    ENDED,
    OVERDUE,
    ImportProgress,
    find_latest_import,
    find_trouble,
    request_import,
)
from services.finance.words import ImportTrouble

blueprint = room("fetching")


@dataclass(frozen=True)
class Fetching:
    """How the latest import stands."""

    latest: ImportProgress | None
    trouble: ImportTrouble | None

    @property
    def is_running(self) -> bool:
        """Under way, and not for so long that nobody should wait for it."""
        if self.latest is None or self.trouble is ImportTrouble.GIVEN_UP:
            return False
        is_recent = outside().clock.now() - self.latest.requested_at < OVERDUE
        return self.latest.status not in ENDED and is_recent

    @property
    def by_itself(self) -> bool:
        return self.latest is not None and self.latest.requested_by == CLOCK


@blueprint.get("/fetch")
@access.staff_page(Scope.FINANCE_READ)
def show_progress() -> Response:
    with outside().database.reading() as session:
        return page("fetching.html", fetching=read_fetching(session))


@blueprint.post("/fetch")
@access.staff_page(Scope.FINANCE_WRITE)
def fetch() -> BaseResponse:
    """Ask for an import, unless one is under way."""
    with outside().database.reading() as session:
        is_running = read_fetching(session).is_running
    if not is_running:
        with outside().database.writing() as session:
            request_import(
                session, requested_by=current_staff().principal, starts_over=False, now=outside().clock.now()
            )
    return redirect(f"{blueprint.url_prefix}/fetch", HTTPStatus.SEE_OTHER)


def read_fetching(session: Session) -> Fetching:
    latest = find_latest_import(session)
    return Fetching(latest, find_trouble(session, latest.id) if latest else None)
