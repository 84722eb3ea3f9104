"""A reader's topics, by the token that a preference link carries."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api import access
from api.context import current_preference_token, outside
from api.wire import Blueprint, Text, Wire
from services.journeys.choose_topics import choose_topics, show_choices
from services.newsletter.preferences import Outcome, TopicChoice

blueprint = Blueprint("preferences", __name__, url_prefix="/v1/newsletter", description="A reader's topics")

MOST_TOPICS = 50


class ChoiceWire(Wire):
    slug = fields.String(required=True, attribute="topic.slug")
    name = fields.String(required=True, attribute="topic.name")
    description = fields.String(required=True, attribute="topic.description")
    chosen = fields.Boolean(required=True)


class PreferencesWire(Wire):
    topics = fields.List(fields.Nested(ChoiceWire()), required=True)


class WantedTopicsWire(Wire):
    topics = fields.List(Text(max_length=60), required=True, validate=validate.Length(max=MOST_TOPICS))


class SavedPreferencesWire(PreferencesWire):
    status = fields.Enum(
        Outcome,
        by_value=True,
        required=True,
        metadata={"description": "`asked`: not subscribed any more, so a letter asks whether they want it again"},
    )


@blueprint.get("/preferences")
@access.preferences
@blueprint.response(200, PreferencesWire())
@blueprint.doc(operationId="getNewsletterPreferences", security=[{"preferences": []}])
def get_preferences() -> dict[str, list[TopicChoice]]:
    """Show a reader's topics

    All topics, and which of them the reader gets. The bearer token is what follows `/p/` in a mailed preference link.
    """
    return {"topics": show_choices(outside(), current_preference_token())}


@blueprint.put("/preferences")
@access.preferences
@blueprint.arguments(WantedTopicsWire())
@blueprint.response(200, SavedPreferencesWire())
@blueprint.doc(operationId="setNewsletterPreferences", security=[{"preferences": []}])
def set_preferences(wanted: dict[str, Any]) -> dict[str, Any]:
    """Choose a reader's topics

    Exactly these from now on; an empty list stops the newsletter at once. Names of no topic are passed over.
    """
    token = current_preference_token()
    outcome = choose_topics(outside(), token, wanted["topics"])
    return {"status": outcome, "topics": show_choices(outside(), token)}
