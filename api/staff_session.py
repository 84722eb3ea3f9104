"""The browser session of somebody of staff: its cookie, and the token that shows which page sent a request."""

from __future__ import annotations

import hmac
import secrets

from flask import request
from werkzeug import Response

from api.context import current_session, outside
from services.access.errors import CsrfTokenInvalid
from services.journeys.staff_sign_in import find_signed_in
from services.people.staff_sessions import SignedIn
from services.tokens import Purpose

COOKIE = "setlist_staff"
CSRF_FIELD, CSRF_HEADER = "csrf_token", "X-CSRF-Token"
NONCE_BYTES = 16


def held_token() -> str | None:
    """What the browser's cookie holds, genuine or not."""
    return request.cookies.get(_cookie_name())


def find_session() -> SignedIn | None:
    """Whoever is signed in with this browser."""
    token = held_token()
    return find_signed_in(outside(), token) if token else None


def keep_session(response: Response, token: str) -> None:
    """Have the browser keep the session until it is closed; the server ends it sooner."""
    response.set_cookie(_cookie_name(), token, secure=_is_https(), httponly=True, samesite="Lax")


def drop_session(response: Response) -> None:
    response.delete_cookie(_cookie_name(), secure=_is_https(), httponly=True, samesite="Lax")


def csrf_token() -> str:
    """For a page of the session; another each time, so that nobody can guess it from the size of compressed pages."""
    payload = secrets.token_bytes(NONCE_BYTES) + current_session().session_id.bytes
    return outside().keyring.sign(Purpose.STAFF_FORM, payload)


def is_sent_by_script() -> bool:
    """Only a script of ours can send the header: it wants to be told what is wrong, rather than shown a page."""
    return CSRF_HEADER in request.headers


def require_csrf_token(session: SignedIn) -> None:
    """Raises CsrfTokenInvalid unless a page of this session sent the request."""
    _require(session, request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, ""))


def require_csrf_header(session: SignedIn) -> None:
    """The same for the API, where no form is read."""
    _require(session, request.headers.get(CSRF_HEADER, ""))


def _require(session: SignedIn, token: str) -> None:
    payload = outside().keyring.open(Purpose.STAFF_FORM, token)
    if payload is None or not hmac.compare_digest(payload[NONCE_BYTES:], session.session_id.bytes):
        raise CsrfTokenInvalid


def _cookie_name() -> str:
    """Over https one that no other host under our domain, and no plain http page, can set."""
    return f"__Host-{COOKIE}" if _is_https() else COOKIE


def _is_https() -> bool:
    """Over plain http, as on one's own machine, there are browsers that throw a Secure cookie away."""
    return outside().settings.public_url.startswith("https://")
