"""The newsletter: its topics, signing up and confirming."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from api import access
from api.context import current_site, outside
from api.open_forms import FORM_HEADERS, open_form
from api.sign_up_request import SignUpWire
from api.wire import Blueprint, Email, PublicId, Text, Wire
from services.ids import Prefix
from services.journeys.choose_topics import ask_for_preference_link
from services.journeys.newsletter_sign_up import confirm_sign_up, sign_up
from services.newsletter.subscription import SignUp
from services.newsletter.topics import get_wording_in_force, list_topics
from services.newsletter.words import LawfulBasis

blueprint = Blueprint("newsletter", __name__, url_prefix="/v1/newsletter", description="The newsletter")

ACCEPTED = {"status": "accepted"}


class TopicWire(Wire):
    slug = fields.String(required=True, metadata={"example": "events"})
    name = fields.String(required=True)
    lawful_basis = fields.Enum(LawfulBasis, by_value=True, required=True)
    description = fields.String(required=True)


class WordingWire(Wire):
    id = PublicId(Prefix.WORDING, required=True)
    text = fields.String(required=True)
    language = fields.String(required=True, metadata={"example": "en"})


class TopicsWire(Wire):
    data = fields.List(fields.Nested(TopicWire()), required=True)
    wording = fields.Nested(WordingWire(), required=True)


class AddressWire(Wire):
    email = Email(required=True)


class AcceptedWire(Wire):
    status = fields.String(required=True, metadata={"enum": ["accepted"]})


class ConfirmationWire(Wire):
    token = Text(max_length=200, required=True)


class ConfirmedWire(Wire):
    status = fields.String(required=True, metadata={"enum": ["confirmed"]})
    topics = fields.List(fields.String(), required=True, metadata={"description": "Slugs of what was agreed to"})
    preferences_token = fields.String(required=True, metadata={"description": "Opens /p/{token} for 24 hours"})


@blueprint.get("/topics")
@access.nobody
@blueprint.response(200, TopicsWire())
@blueprint.doc(operationId="listNewsletterTopics", security=[])
def list_newsletter_topics() -> dict[str, Any]:
    """List the newsletter's topics

    With the wording in force: show its text beside the box that signs somebody up, and send its id along.
    """
    with outside().database.reading() as session:
        return {
            "data": list_topics(session),
            "wording": get_wording_in_force(session, now=outside().clock.now()),
        }


@blueprint.post("/subscriptions")
@access.site
@blueprint.arguments(SignUpWire())
@blueprint.response(202, AcceptedWire())
@blueprint.doc(operationId="subscribe", security=[{"site": []}], parameters=FORM_HEADERS)
@open_form
def subscribe(wanted: dict[str, Any]) -> dict[str, str]:
    """Sign an address up

    Always the same answer, whatever we know of the address: its owner is mailed a link to confirm, unless they get
    all these topics already. Several sign-ups in a short time have one letter between them.
    """
    site = current_site()
    form = SignUp(**wanted, form_id=f"api:{site.id}", page_origin=site.page_origin)
    sign_up(outside(), form)
    return ACCEPTED


@blueprint.post("/confirmations")
@access.nobody
@blueprint.arguments(ConfirmationWire())
@blueprint.response(200, ConfirmedWire())
@blueprint.alt_response(410, "GONE")
@blueprint.doc(operationId="confirmSubscription", security=[])
def confirm_subscription(mailed: dict[str, str]) -> dict[str, Any]:
    """Confirm a sign-up

    With the token from the letter. Sent again within 48 hours of the letter it changes nothing and has the same
    answer; later it is 410, as is a token that a leave has overtaken.
    """
    confirmed = confirm_sign_up(outside(), mailed["token"])
    return {
        "status": "confirmed",
        "topics": [topic.slug for topic in confirmed.topics],
        "preferences_token": confirmed.preferences_token,
    }


@blueprint.post("/preference-links")
@access.site
@blueprint.arguments(AddressWire())
@blueprint.response(202, AcceptedWire())
@blueprint.doc(operationId="requestPreferenceLink", security=[{"site": []}], parameters=FORM_HEADERS)
@open_form
def request_preference_link(wanted: dict[str, str]) -> dict[str, str]:
    """Have a preference link mailed

    Always the same answer; a link to the page where topics are chosen goes to the address if it is subscribed. It
    works for 24 hours.
    """
    ask_for_preference_link(outside(), wanted["email"])
    return ACCEPTED
