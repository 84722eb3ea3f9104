"""What a visitor sends to sign up for the newsletter: one shape and one validation, for JSON and for our own forms."""

from __future__ import annotations

from marshmallow import fields, validate

from api.wire import Email, PublicId, Text, Wire
from services.ids import Prefix

MOST_TOPICS = 50


class SignUpWire(Wire):
    email = Email(required=True)
    name = Text(max_length=120, load_default=None, allow_none=True)
    topics = fields.List(Text(max_length=60), required=True, validate=validate.Length(min=1, max=MOST_TOPICS))
    wording_id = PublicId(Prefix.WORDING, required=True, metadata={"description": "The wording the form showed"})
