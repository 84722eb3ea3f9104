"""Arguments that more than one of our commands takes."""

from __future__ import annotations

from argparse import ArgumentTypeError

from marshmallow import ValidationError

from api.wire import Text

NAME = Text(max_length=120)


def name(text: str) -> str:
    """What somebody or something is called, in one line."""
    try:
        return str(NAME.deserialize(text))
    except ValidationError as refused:
        raise ArgumentTypeError(" ".join(map(str, refused.messages))) from None
