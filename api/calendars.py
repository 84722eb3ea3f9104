"""Calendar files as answers, and as the description tells of them."""

from __future__ import annotations

from typing import Any

from flask import Response

from services.mail.calendar import FILENAME

MEDIA_TYPE = "text/calendar"
EXAMPLE = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n"
DESCRIBED: dict[str, Any] = {
    "200": {
        "description": "An RFC 5545 file with an event for each session",
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": EXAMPLE}},
    }
}


def calendar_answer(file: bytes) -> Response:
    """A file that a browser hands on to the calendar program."""
    headers = {"Content-Disposition": f'attachment; filename="{FILENAME}"'}
    return Response(file, content_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers)
