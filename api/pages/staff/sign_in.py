"""Signing in to the staff pages by a mailed link, and out again."""

from __future__ import annotations

import re

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug import Response

from api import access
from api.context import current_session, outside
from api.headers import private_page
from api.pages.address_form import AddressForm
from api.staff_session import drop_session, held_token, keep_session
from services.access.errors import CsrfTokenInvalid
from services.journeys.staff_sign_in import ask_for_staff_link, sign_in, sign_out
from services.outside import Outside
from services.people.errors import SignInLinkExpired

blueprint = Blueprint("staff_sign_in", __name__, url_prefix="/staff")
blueprint.after_request(private_page)
blueprint.context_processor(lambda: {"asked_for_first": asked_for_first})

FRONT = "/staff/finance"
OWN_PATH = re.compile(r"/staff(/[\w~-][\w.~-]*)*(\?[\w.~&=+:,%-]*)?", re.ASCII)
LONGEST_PATH = 300
NEVER_NEXT = ("/staff/sign-in", "/staff/sign-out")


def asked_for_first() -> str:
    """The path of the staff page that the link shall lead to; the front page for whatever is none of ours."""
    path = request.values.get("next", "")
    is_ours = len(path) <= LONGEST_PATH and OWN_PATH.fullmatch(path) and not path.startswith(NEVER_NEXT)
    return path if is_ours else FRONT


def _ask(outside: Outside, email: str) -> None:
    ask_for_staff_link(outside, email, asked_for_first())


FORM = AddressForm("page:staff-sign-in", "staff/sign_in.html", "staff/link_sent.html", _ask)


@blueprint.get("")
@access.staff_page()
def show_front() -> Response:
    return make_response(render_template("staff/front.html"))


@blueprint.get("/sign-in")
@access.nobody
def show_form() -> Response:
    return FORM.show()


@blueprint.post("/sign-in")
@access.nobody
def send_link() -> Response:
    return FORM.take()


@blueprint.get("/sign-in/<token>")
@access.token
def show_link(token: str) -> Response:  # noqa: ARG001 - looked up by the POST alone: mail scanners follow links
    return make_response(render_template("staff/open.html"))


@blueprint.post("/sign-in/<token>")
@access.token
def open_session(token: str) -> Response:
    _refuse_other_sites()
    try:
        opened = sign_in(outside(), token, held_token())
    except SignInLinkExpired:
        return make_response(render_template("staff/expired.html"), 410)
    response = redirect(opened.leads_to, 303)
    keep_session(response, opened.token)
    return response


@blueprint.post("/sign-out")
@access.staff_page()
def end_session() -> Response:
    sign_out(outside(), current_session())
    response = redirect("/staff/sign-in?signed_out", 303)
    drop_session(response)
    return response


def _refuse_other_sites() -> None:
    """No other site may have a visitor of its own signed in here, as somebody they are not.

    A browser that says nothing of the sites may name the origin: ours is `null` to itself, for it sends no referrer.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin", "null")
    if site not in {"same-origin", "none", None} or (
        site is None and origin not in {"null", outside().settings.origin}
    ):
        raise CsrfTokenInvalid
