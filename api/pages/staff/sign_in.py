"""Signing in to the staff pages by a mailed link, and out again."""

from __future__ import annotations

import re

from flask import Blueprint, make_response, redirect, render_template, request
from marshmallow import ValidationError
from werkzeug import Response

from api import access
from api.context import current_session, outside
from api.headers import private_page
from api.pages.form_guard import is_trapped, protect, sent_once
from api.staff_session import drop_session, held_token, keep_session
from api.wire import Email
from services.access.errors import CsrfTokenInvalid
from services.journeys.staff_sign_in import ask_for_staff_link, sign_in, sign_out
from services.people.errors import SignInLinkExpired
from services.requests.errors import (
    FormTokenInvalid,
    FormTokenMissing,
    FormTokenSpent,
    ProofOfWorkInvalid,
    TooManyPlainForms,
)

blueprint = Blueprint("staff_sign_in", __name__, url_prefix="/staff")
blueprint.after_request(private_page)

FORM = "page:staff-sign-in"
FRONT = "/staff/finance"
OWN_PATH = re.compile(r"/staff(/[\w~-][\w.~-]*)*(\?[\w.~&=+:,%-]*)?", re.ASCII)
LONGEST_PATH = 300
NEVER_NEXT = ("/staff/sign-in", "/staff/sign-out")
ADDRESS = Email()
BAD_ADDRESS = "Enter an e-mail address like name@example.org"
TOO_OLD = "This page was open for too long, or sent before. Nothing is lost: press the button again"


@blueprint.get("")
@access.staff_page()
def show_front() -> Response:
    return make_response(render_template("staff/front.html"))


@blueprint.get("/sign-in")
@access.nobody
def show_form() -> Response:
    return _form(notice="You are signed out." if "signed_out" in request.args else None)


@blueprint.post("/sign-in")
@access.nobody
def send_link() -> Response:
    """Take the form; the answer is the same for every address."""
    if is_trapped():
        return _asked()
    try:
        email = ADDRESS.deserialize(request.form.get("email", ""))
        with sent_once(FORM):
            ask_for_staff_link(outside(), email, _next())
    except ValidationError:
        return _form(422, errors={"email": BAD_ADDRESS})
    except (FormTokenMissing, FormTokenInvalid, FormTokenSpent, ProofOfWorkInvalid):
        return _form(422, errors={"": TOO_OLD})
    except TooManyPlainForms as refused:
        return _form(429, errors={"": refused.title})
    return _asked()


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
    """No other site may have a visitor of its own signed in here, as somebody they are not."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise CsrfTokenInvalid


def _next() -> str:
    """The staff page that was asked for first; the front page for whatever is none of ours."""
    path = request.values.get("next", "")
    is_ours = len(path) <= LONGEST_PATH and OWN_PATH.fullmatch(path) and not path.startswith(NEVER_NEXT)
    return path if is_ours else FRONT


def _asked() -> Response:
    """The same for everybody, also where nothing was done."""
    return make_response(render_template("staff/asked.html"), 202)


def _form(status: int = 200, *, errors: dict[str, str] | None = None, notice: str | None = None) -> Response:
    page = render_template(
        "staff/sign_in.html",
        typed=request.form.get("email", "")[:254],
        errors=errors or {},
        next=_next(),
        protection=protect(FORM),
        notice=notice,
    )
    return make_response(page, status)
