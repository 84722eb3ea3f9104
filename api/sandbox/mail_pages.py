"""The mailbox to look at, and the same as JSON for scripts."""

from __future__ import annotations

import re
from http import HTTPStatus
from io import BytesIO

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from api import access
from api.sandbox.mailbox import ReceivedMessage, clear_messages, find_message, list_messages
from api.sandbox.state import SandboxState

blueprint = Blueprint("sandbox_mail", __name__, url_prefix="/sandbox/mail")

# SQLite's row numbers; beyond them it raises
MESSAGE = "/<int(max=9223372036854775807):message_id>"

# The page may frame a letter, which no other page here may.
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# A letter is somebody's HTML: no script, no address of its own, nothing fetched; links open outside of the frame.
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)


@blueprint.get("")
@access.sandbox
def show_mailbox() -> str:
    """Show the letters that came, newest first."""
    return render_template("sandbox/mailbox.html", messages=list_messages(_state())[::-1])


@blueprint.get("/messages")
@access.sandbox
def list_mail() -> Response:
    """Answer the letters that came, newest last; `to` leaves only those for one address."""
    return jsonify([_as_json(message) for message in list_messages(_state(), request.args.get("to"))])


@blueprint.post("/clear")
@access.sandbox
def clear_mailbox() -> BaseResponse:
    """Throw all letters away."""
    clear_messages(_state())
    return redirect(url_for("sandbox_mail.show_mailbox"), HTTPStatus.SEE_OTHER)


@blueprint.get(MESSAGE)
@access.sandbox
def show_message(message_id: int) -> Response:
    """Show one letter: headers, text, HTML in a frame without rights, attachments."""
    page = make_response(render_template("sandbox/message.html", message=_get(message_id)))
    page.headers["Content-Security-Policy"] = PAGE_POLICY
    return page


@blueprint.get(f"{MESSAGE}/html")
@access.sandbox
def show_html(message_id: int) -> Response:
    """Answer the HTML of one letter, for the frame."""
    message = _get(message_id)
    if not message.html:
        abort(HTTPStatus.NOT_FOUND)
    letter = make_response(_with_links_outside(message.html))
    letter.headers["Content-Security-Policy"] = LETTER_POLICY
    letter.headers["X-Frame-Options"] = "SAMEORIGIN"
    return letter


@blueprint.get(f"{MESSAGE}/attachments/<int(max=1000):number>")
@access.sandbox
def download_attachment(message_id: int, number: int) -> Response:
    """Answer an attachment, counted from 0, for download only."""
    attachments = _get(message_id).attachments
    if number >= len(attachments):
        abort(HTTPStatus.NOT_FOUND)
    attachment = attachments[number]
    answer = send_file(
        BytesIO(attachment.content), attachment.content_type, as_attachment=True, download_name=attachment.filename
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _state() -> SandboxState:
    state: SandboxState = current_app.extensions["sandbox"].state
    return state


def _get(message_id: int) -> ReceivedMessage:
    found = find_message(_state(), message_id)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def _as_json(message: ReceivedMessage) -> dict[str, object]:
    return {
        "id": message.id,
        "to": list(message.to),
        "from": message.sender,
        "subject": message.subject,
        "raw": message.raw,
        "text": message.text,
        "html": message.html,
        "received_at": message.received_at,
    }


def _with_links_outside(html: str) -> str:
    """Have links open in a new tab: our own pages refuse to be shown in a frame."""
    target = '<base target="_blank">'
    marked, heads = HEAD.subn(lambda head: head[0] + target, html, count=1)
    return marked if heads else target + html
