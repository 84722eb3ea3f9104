"""The catalogue's pages: every set that is published, and each by itself."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from api import access
from api.context import outside
from api.pages.shown_set import ShownSet, shown
from api.pages.structured_data import course
from services.ids import Prefix, to_public
from services.sets.catalogue import After, Filters, get_set, list_sets
from services.sets.errors import SetNotFound
from services.sets.views import SetView

blueprint = Blueprint("catalogue", __name__, url_prefix="/sets")

ON_A_PAGE = 24
SECONDS_FRESH = 5
"""As long as the API's own catalogue: whoever then books is told the truth anyway."""


@dataclass(frozen=True)
class Listed:
    """A set on the catalogue's page."""

    set: SetView
    words: ShownSet


@blueprint.get("")
@access.nobody
def show_sets() -> Response:
    now = outside().clock.now()
    with outside().database.reading() as session:
        after = _after(session)
        found = list_sets(session, Filters(), after=after, limit=ON_A_PAGE + 1, now=now)
    listed = [Listed(each, shown(each)) for each in found[:ON_A_PAGE]]
    more = to_public(Prefix.SET, found[ON_A_PAGE - 1].id) if len(found) > ON_A_PAGE else None
    origin = outside().settings.origin
    return _fresh(render_template("sets/list.html", sets=listed, more=more, is_first=after is None, origin=origin))


@blueprint.get("/<reference>")
@access.nobody
def show_set(reference: str) -> BaseResponse:
    """The set of this slug; its id leads there too."""
    with outside().database.reading() as session:
        learning_set = get_set(session, reference, now=outside().clock.now())
    if learning_set.slug != reference:
        return redirect(url_for("catalogue.show_set", reference=learning_set.slug), 308)
    words, settings = shown(learning_set), outside().settings
    url = settings.origin + url_for("catalogue.show_set", reference=learning_set.slug)
    return _fresh(
        render_template(
            "sets/set.html",
            set=learning_set,
            words=words,
            url=url,
            origin=settings.origin,
            data=course(learning_set, words, url=url, organisation=settings.organisation_name),
        )
    )


def _after(session: Session) -> After | None:
    """Behind the set that the address names; from the beginning where there is none."""
    named = request.args.get("after")
    if named is None:
        return None
    try:
        last = get_set(session, named, now=outside().clock.now())
    except SetNotFound:
        return None
    return After(last.starts_at, last.id)


def _fresh(page: str) -> Response:
    response = make_response(page)
    response.headers["Cache-Control"] = f"public, max-age={SECONDS_FRESH}"
    return response
