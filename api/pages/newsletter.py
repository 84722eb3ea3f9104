"""The newsletter's pages: confirm, choose topics, leave. GET shows, POST acts, and none needs script or a login."""

from __future__ import annotations

import re
from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response, make_response, render_template, request
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from api import access, limits
from api.context import outside
from api.headers import private_page
from api.pages.address_form import ADDRESS, BAD_ADDRESS, AddressForm, typed_address
from api.pages.form_guard import protect, uses_up_work
from api.problems import from_http
from services.journeys.choose_topics import ask_for_preference_link, choose_topics, show_choices, stop_all
from services.journeys.leave_newsletter import check_leave_link, leave_with_address, leave_with_link
from services.journeys.newsletter_sign_up import confirm_sign_up
from services.newsletter.errors import ConfirmationLinkExpired, LeaveLinkUnknown, PreferenceLinkExpired
from services.newsletter.preferences import Outcome

blueprint = Blueprint("newsletter_pages", __name__)
blueprint.after_request(private_page)

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SLUG = 60
LEAVE_FORM = "page:leave"
TOO_OFTEN = (
    "Too many requests came from where you are. Press the button again, and your browser will do a moment's work for "
    "us first; or come back in a minute"
)
LINK_FORM = AddressForm(
    "page:preference-link",
    "newsletter/preference_link.html",
    "newsletter/preference_link_sent.html",
    ask_for_preference_link,
)
NOTICES = {
    Outcome.SAVED: ("Your choices are saved.", "success"),
    Outcome.LEFT: ("You get no newsletters from us now. Choose a topic whenever you like.", "success"),
    Outcome.ASKED: ("We have sent you a letter. Press the button in it, and you get our newsletter again.", "info"),
}


@blueprint.get("/newsletter/confirm/<token>")
@access.token
def show_confirmation(token: str) -> str:  # noqa: ARG001 - looked up by the POST alone: mail scanners follow links
    return render_template("newsletter/confirm.html")


@blueprint.post("/newsletter/confirm/<token>")
@access.token
def confirm(token: str) -> Response:
    try:
        confirmed = confirm_sign_up(outside(), token)
    except ConfirmationLinkExpired:
        return _page("newsletter/link_expired.html", 410, purpose="confirm")
    return _page(
        "newsletter/confirmed.html",
        topics=[topic.name for topic in confirmed.topics],
        preferences_url=f"/p/{confirmed.preferences_token}",
    )


@blueprint.get("/p")
@access.nobody
def show_preference_form() -> Response:
    return LINK_FORM.show()


@blueprint.post("/p")
@access.nobody
def send_preference_link() -> Response:
    return LINK_FORM.take()


@blueprint.get("/p/<token>")
@access.token
def show_preferences(token: str) -> Response:
    try:
        return _preferences(token)
    except PreferenceLinkExpired:
        return _page("newsletter/link_expired.html", 410, purpose="preferences")


@blueprint.post("/p/<token>")
@access.token
def save_preferences(token: str) -> Response:
    try:
        if request.form.get("stop") == "all":
            stop_all(outside(), token)
            return _page("newsletter/left.html", topic=None)
        outcome = choose_topics(outside(), token, request.form.getlist("topics"))
        return _preferences(token, outcome)
    except PreferenceLinkExpired:
        return _page("newsletter/link_expired.html", 410, purpose="preferences")


@blueprint.get("/u/<token>")
@access.nobody
def show_leave(token: str) -> Response:
    try:
        check_leave_link(outside(), token)
    except LeaveLinkUnknown:
        return _unknown_leave_link()
    return _page("newsletter/leave.html", topic=_slug(request.args.get("t", "")))


@blueprint.post("/u/<token>")
@access.nobody
def leave(token: str) -> Response:
    """RFC 8058's one click, and the page's own buttons: no cookie, no redirect, the same answer every time."""
    topic = _scope()
    try:
        leave_with_link(outside(), token, topic)
    except LeaveLinkUnknown:
        return _unknown_leave_link()
    return _page("newsletter/left.html", topic=topic)


@blueprint.get("/u")
@access.nobody
def show_leave_form() -> Response:
    """For those who kept no letter of ours: their address, one button."""
    return _leave_form(200)


@blueprint.post("/u")
@access.nobody
@limits.lifted_where(partial(uses_up_work, LEAVE_FORM))
def leave_by_address() -> Response:
    """No token and, within the limits, no work: leaving must be possible from anywhere, and can only reduce mail."""
    try:
        email = ADDRESS.deserialize(request.form.get("email", ""))
    except ValidationError:
        return _leave_form(422, errors={"email": BAD_ADDRESS})
    leave_with_address(outside(), email)
    return _page("newsletter/leave_typed.html", 202)


@blueprint.errorhandler(HTTPStatus.TOO_MANY_REQUESTS)
def ask_for_work(refused: HTTPException) -> Response:
    """Above the limits a typed address costs a browser's work: nobody is kept from leaving by what others do."""
    if request.endpoint == f"{blueprint.name}.{leave_by_address.__name__}":
        return _leave_form(429, errors={"": TOO_OFTEN}, protection=protect(LEAVE_FORM))
    return from_http(refused)


def _preferences(token: str, outcome: Outcome | None = None) -> Response:
    topics = [
        {
            "slug": choice.topic.slug,
            "name": choice.topic.name,
            "description": choice.topic.description,
            "chosen": choice.chosen,
        }
        for choice in show_choices(outside(), token)
    ]
    notice, kind = (None, None) if outcome is None else NOTICES[outcome]
    return _page("newsletter/preferences.html", topics=topics, notice=notice, notice_kind=kind)


def _scope() -> str | None:
    """The topic a form names, or None for everything: what we cannot read stops all rather than nothing."""
    kind, _, slug = request.form.get("scope", "").partition(":")
    return _slug(slug) if kind == "topic" else None


def _slug(text: str) -> str | None:
    return text if len(text) <= LONGEST_SLUG and SLUG.fullmatch(text) else None


def _unknown_leave_link() -> Response:
    """Byte for byte the same for a forged link and one we do not know."""
    return _leave_form(404, unread=True)


def _leave_form(status: int, *, errors: dict[str, str] | None = None, **shown: object) -> Response:
    email = typed_address() if errors else ""
    return _page("newsletter/leave_unknown.html", status, email=email, errors=errors or {}, **shown)


def _page(template: str, status: int = 200, **shown: object) -> Response:
    return make_response(render_template(template, **shown), status)
