"""JSON in and out: the provider, and the fields every schema is made of."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import flask_smorest
import orjson
from email_validator import EmailNotValidError, validate_email
from flask import Response
from flask.json.provider import JSONProvider
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from api.reading import StrictParser
from services.ids import Prefix, find_uuid, to_public

CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Control characters, and the marks that turn the direction of whatever stands behind them in somebody's letter."""
LINE_BREAKS = re.compile(r"[\r\n\t]")
RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
FULL_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DIGITS = re.compile(r"0|[1-9][0-9]{0,9}")
INT4 = 2**31 - 1
"""The largest integer that PostgreSQL's `integer` holds; whatever is counted stays far below."""


class OrjsonProvider(JSONProvider):
    """Flask's JSON through orjson."""

    def dumps(self, obj: Any, **_options: Any) -> str:
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Any:
        body = orjson.dumps(self._prepare_response_obj(args, kwargs))
        return Response(body, mimetype="application/json")


class Blueprint(flask_smorest.Blueprint):
    """A room's routes, reading their arguments strictly."""

    ARGUMENTS_PARSER = StrictParser()


class Wire(Schema):
    """A shape on the wire: unknown fields are refused at every depth."""

    class Meta:
        unknown = RAISE


class Text(fields.String):
    """Printable text, trimmed; one line unless `lines`."""

    def __init__(self, *, max_length: int, min_length: int = 1, lines: bool = False, **kwargs: Any) -> None:
        metadata = {"minLength": min_length, "maxLength": max_length} | kwargs.pop("metadata", {})
        super().__init__(metadata=metadata, **kwargs)
        self.bounds, self.lines = (min_length, max_length), lines

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs).strip()
        if CONTROLS.search(text) or (not self.lines and LINE_BREAKS.search(text)):
            raise ValidationError(
                "No line breaks or control characters, please." if not self.lines else "No control characters, please."
            )
        shortest, longest = self.bounds
        if not shortest <= len(text) <= longest:
            raise ValidationError(f"Between {shortest} and {longest} characters, please.")
        return text


class Shaped(fields.String):
    """Text that has this shape as a whole: Python's `$` would let a line break follow. `called` says what is wanted."""

    def __init__(self, shape: re.Pattern[str], called: str, **kwargs: Any) -> None:
        metadata = {"pattern": f"^{shape.pattern}$"} | kwargs.pop("metadata", {})
        super().__init__(metadata=metadata, **kwargs)
        self.shape, self.called = shape, called

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if self.shape.fullmatch(text) is None:
            raise ValidationError(f"Not {self.called}.")
        return text


def plain_ascii(address: str) -> None:
    """RFC 3986 has all but printable ASCII percent-encoded; marshmallow's own check of a URL lets even a NUL pass."""
    if not (address.isascii() and address.isprintable()):
        raise ValidationError("Printable ASCII characters, please, and the others percent-encoded.")


class Email(fields.String):
    """An address, normalised; whether it exists is found out by writing to it."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"format": "email", "maxLength": 254} | kwargs.pop("metadata", {})
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs).strip()
        if len(text) > 254:
            raise ValidationError("Not a valid e-mail address.")
        try:
            return validate_email(text, check_deliverability=False, allow_smtputf8=False).ascii_email or ""
        except EmailNotValidError as error:
            raise ValidationError("Not a valid e-mail address.") from error


class PublicId(fields.String):
    """A TypeID on the wire, a UUID inside."""

    def __init__(self, prefix: Prefix, **kwargs: Any) -> None:
        metadata = {"pattern": f"^{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$"} | kwargs.pop("metadata", {})
        super().__init__(metadata=metadata, **kwargs)
        self.prefix = prefix

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else to_public(self.prefix, value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> UUID:  # type: ignore[override]
        found = find_uuid(self.prefix, super()._deserialize(value, attr, data, **kwargs))
        if found is None:
            raise ValidationError(f"Not an id that begins with {self.prefix}_.")
        return found


class Whole(fields.Integer):
    """A whole number in JSON: neither 8.7 nor "8", and no larger than the database's integer."""

    default_error_messages = {"invalid": "Not a whole number."}  # noqa: RUF012 - as marshmallow declares it

    def __init__(self, *, least: int = 0, most: int = INT4, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(least, most), **kwargs)


class QueryWhole(fields.Integer):
    """A whole number in a query, in plain ASCII digits: neither 1_000 nor Arabic ones, and no sign or space around."""

    def __init__(self, *, least: int = 0, most: int = INT4, **kwargs: Any) -> None:
        super().__init__(validate=validate.Range(least, most), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not DIGITS.fullmatch(value):
            raise ValidationError("Not a whole number, or too large.")
        return int(value)


class Flag(fields.Boolean):
    """true or false in JSON; neither "yes" nor 1."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Not true or false.")
        return value


class Instant(fields.AwareDateTime):
    """RFC 3339, UTC, with a Z."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or not RFC_3339.fullmatch(value):
            raise ValidationError("Not an RFC 3339 instant, such as 2027-01-25T10:00:00Z.")
        try:
            return super()._deserialize(value.upper(), attr, data, **kwargs).astimezone(UTC)
        except OverflowError as error:  # year 1 in a zone ahead of UTC lies before the first year there is
            raise ValidationError("Out of range.") from error

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.isoformat(timespec="seconds").replace("+00:00", "Z")


class Day(fields.Date):
    """A date as RFC 3339 writes it, and in none of ISO 8601's other spellings."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or not FULL_DATE.fullmatch(value):
            raise ValidationError("Not a date, such as 2027-01-25.")
        read: date = super()._deserialize(value, attr, data, **kwargs)
        return read


class NotYet(fields.Field[None]):
    """A field whose capability is not built: absent or null, nothing else."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_none=True, load_default=None, metadata={"enum": [None]}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> None:
        raise ValidationError("Not available yet: leave it out or send null.")


class MoneyWire(Wire):
    """An amount in minor units (pence) and its ISO 4217 currency."""

    amount_minor = fields.Integer(required=True, strict=True)
    currency = fields.String(required=True, metadata={"example": "GBP"})
