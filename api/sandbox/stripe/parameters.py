"""The kinds of parameter that Stripe's forms have, read by marshmallow and refused in Stripe's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from api.sandbox.stripe.account import Document
from api.sandbox.stripe.forms import Tree
from api.sandbox.stripe.refusals import InvalidParameter

UNKNOWN = "Unknown field."
EMPTY = "Empty."
NOT_A_NUMBER = "Not a whole number."
NOT_A_URL = "Not a URL."

STRIPES_WORDS = {
    UNKNOWN: ("parameter_unknown", "Received unknown parameter: {param}"),
    EMPTY: ("parameter_invalid_empty", "You passed an empty string for '{param}'."),
    NOT_A_NUMBER: ("parameter_invalid_integer", "Invalid integer: {param}"),
    NOT_A_URL: ("url_invalid", "Not a valid URL: {param}"),
    fields.Field.default_error_messages["required"]: ("parameter_missing", "Missing required param: {param}."),
    fields.Email.default_error_messages["invalid"]: ("email_invalid", "Invalid email address: {param}"),
}
"""The code and the message for what marshmallow says; whatever else it says is an invalid value without a code."""

SCHEMA_ERRORS = {"unknown": UNKNOWN}


class Text(fields.String):
    """A string that says something: Stripe takes an empty one for an attempt to unset."""

    def __init__(self, *, limit: int = 5000, **options: Any) -> None:
        super().__init__(validate=[validate.Length(min=1, error=EMPTY), validate.Length(max=limit)], **options)


class WebAddress(fields.String):
    """An address that a browser can be sent to, templates such as `{CHECKOUT_SESSION_ID}` included."""

    def _deserialize(self, value: Any, *context: Any, **options: Any) -> str:
        address = super()._deserialize(value, *context, **options)
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValidationError(NOT_A_URL)
        return address


class Choice(fields.String):
    """One of Stripe's words, of those that the stand-in plays."""

    def __init__(self, *words: str, **options: Any) -> None:
        super().__init__(validate=validate.OneOf(words), **options)


class WholeNumber(fields.Field[int]):
    """Plain digits; `1_000` and `8.7` are none."""

    def __init__(self, *, least: int = 0, most: int = 99_999_999, **options: Any) -> None:
        super().__init__(validate=validate.Range(least, most, error=NOT_A_NUMBER), **options)

    def _deserialize(self, value: Any, *_context: Any, **_options: Any) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,18}", value):
            raise ValidationError(NOT_A_NUMBER)
        return int(value)


class Instant(WholeNumber):
    """A Unix second."""

    def __init__(self, **options: Any) -> None:
        super().__init__(most=2**40, **options)


class Flag(fields.Field[bool]):
    """`true` or `false`, spelt so."""

    def _deserialize(self, value: Any, *_context: Any, **_options: Any) -> bool:
        if value not in ("true", "false"):
            raise ValidationError("Not a boolean.")
        return bool(value == "true")


class FormList(fields.List[Any]):
    """A list, which in a form is an object whose keys are 0, 1, 2."""

    def _deserialize(self, value: Any, *context: Any, **options: Any) -> list[Any]:
        if not isinstance(value, dict) or not all(re.fullmatch(r"[0-9]{1,4}", key) for key in value):
            raise ValidationError("Not a list.")
        return super()._deserialize([value[key] for key in sorted(value, key=int)], *context, **options)


class Metadata(fields.Dict):
    """Up to 50 keys of 40 characters, values of 500."""

    def __init__(self) -> None:
        super().__init__(
            keys=fields.String(validate=validate.Length(1, 40)),
            values=fields.String(validate=validate.Length(max=500)),
            validate=validate.Length(max=50),
            load_default=dict,
        )


class Inner(Schema):
    """An object within the parameters; whatever it does not name is refused."""

    class Meta:
        unknown = RAISE

    error_messages = SCHEMA_ERRORS


class Parameters(Inner):
    """What an operation takes."""

    expand = FormList(Text(), load_default=list)


def read(schema: Schema, given: Tree) -> Document:
    """The parameters as values, or the refusal of the first that will not do."""
    try:
        loaded: Document = schema.load(given)
    except ValidationError as error:
        raise _refusal(error.messages_dict) from error
    return loaded


def _refusal(messages: Mapping[Any, Any]) -> InvalidParameter:
    steps: list[str] = []
    found: Any = messages
    while isinstance(found, Mapping):
        step, found = next(iter(found.items()))
        if step != "_schema":
            steps.append(str(step))
    param = steps[0] + "".join(f"[{step}]" for step in steps[1:])
    code, message = STRIPES_WORDS.get(found[0], (None, "Invalid value: {param}"))
    return InvalidParameter(message.format(param=param), code=code, param=param)
