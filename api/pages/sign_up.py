"""Signing up for the newsletter, on a page of our own."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, make_response, render_template, request
from marshmallow import ValidationError

from api import access
from api.context import outside
from api.headers import form_page
from api.pages.form_guard import NOT_SENT, is_trapped, protect, sent_once, why_not_sent
from api.problems import flattened
from api.sign_up_request import SignUpWire
from services.errors import InvalidFields
from services.ids import Prefix, to_public
from services.journeys.newsletter_sign_up import sign_up
from services.newsletter.subscription import SignUp
from services.newsletter.topics import get_wording_in_force, list_topics

blueprint = Blueprint("sign_up", __name__, url_prefix="/newsletter")

FORM = "page:newsletter"
SCHEMA = SignUpWire()
SENTENCES = {
    "email": "Enter an e-mail address like name@example.org",
    "topics": "Choose at least one topic",
}


@blueprint.get("")
@access.nobody
def show_form() -> Response:
    return _form()


@blueprint.post("")
@access.nobody
def subscribe() -> Response:
    """Take the form; the answer is the same for every address."""
    if is_trapped():
        return _asked()
    try:
        wanted = SCHEMA.load(
            {
                "email": request.form.get("email", ""),
                "name": request.form.get("name", "").strip() or None,
                "topics": request.form.getlist("topics"),
                "wording_id": request.form.get("wording_id", ""),
            }
        )
        with sent_once(FORM):
            sign_up(outside(), SignUp(**wanted, form_id=FORM, page_origin=outside().settings.origin))
    except ValidationError as refused:
        told = {each["pointer"]: each["detail"] for each in flattened(refused.messages, located=True)}
        return _form(_errors(told))
    except InvalidFields as refused:
        return _form(_errors(refused.errors))
    except NOT_SENT as refused:
        sentence, status = why_not_sent(refused)
        return _form({"": sentence}, status)
    return _asked()


def _asked() -> Response:
    """The same for everybody, also where nothing was done."""
    return form_page(make_response(render_template("newsletter/asked.html"), 202))


def _errors(told: Mapping[str, str]) -> dict[str, str]:
    """A sentence for each field at fault, by its id; what belongs to none goes under ""."""
    errors: dict[str, str] = {}
    for pointer, detail in told.items():
        name = pointer.split("/")[1] if pointer else ""
        name = name if name in {"email", "name", "topics"} else ""
        errors.setdefault(name, SENTENCES.get(name, detail))
    return errors


def _form(errors: Mapping[str, str] | None = None, status: int = 422) -> Response:
    with outside().database.reading() as session:
        topics = list_topics(session)
        wording = get_wording_in_force(session, now=outside().clock.now())
    page = render_template(
        "newsletter/sign_up.html",
        topics=topics,
        wording=wording,
        wording_id=to_public(Prefix.WORDING, wording.id),
        typed=request.form,
        chosen=request.form.getlist("topics"),
        errors=errors or {},
        protection=protect(FORM),
        origin=outside().settings.origin,
    )
    return form_page(make_response(page, status if errors else 200))
