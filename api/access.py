"""Who may enter: each view declares it, right below its route, and a route that declares nothing stops the start-up."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask, g, make_response, redirect, render_template, request
from werkzeug import Response

from api.context import CurrentSite, CurrentStaff, outside
from api.staff_session import find_session, held_token, is_sent_by_script, require_csrf_header, require_csrf_token
from services.access.errors import OriginNotAllowed, ScopeMissing, Unauthenticated
from services.access.keys import STAFF_PREFIX, Scope, get_site, get_staff_key, note_use
from services.bookings.errors import BookingNotFound
from services.database import DatabaseBusy
from services.ids import Prefix, find_uuid
from services.newsletter.errors import PreferenceLinkExpired
from services.newsletter.links import open_preference_token
from services.people.mailboxes import find_mailbox_owner
from services.tokens import Purpose

View = Callable[..., Any]
RULE = "access_rule"
READING = frozenset({"GET", "HEAD"})
HOLDER_SCOPES = {"GET": Scope.BOOKINGS_READ, "HEAD": Scope.BOOKINGS_READ}
"""What staff need to look at a booking in its holder's place; to change it, `bookings:write`."""
SITE_KEY_CHALLENGE = 'SiteKey header="X-Site-Key"'
"""How a 401 says that a website's key is wanted, and no bearer token."""


class Who(StrEnum):
    """Who may enter."""

    NOBODY = "nobody"
    """Anybody; no key is read."""
    TOKEN = "token"  # noqa: S105 - the word, not a secret
    """Whoever holds the token in the path."""
    PROVIDER = "provider"
    SANDBOX = "sandbox"
    SCRAPER = "scraper"
    SITE = "site"
    HOLDER = "holder"
    MAILBOX = "mailbox"
    PREFERENCES = "preferences"
    STAFF = "staff"
    STAFF_PAGE = "staff_page"


@dataclass(frozen=True)
class Rule:
    """Who may enter a route, and with which scope if it is staff's."""

    who: Who
    scope: Scope | None = None


def nobody(view: View) -> View:
    """Anybody may enter; no key is read."""
    return _declared(view, Rule(Who.NOBODY))


def token(view: View) -> View:
    """Whoever holds the token in the path; the view opens it."""
    return _declared(view, Rule(Who.TOKEN))


def provider(view: View) -> View:
    """A provider whose signature the view verifies over the raw bytes."""
    return _declared(view, Rule(Who.PROVIDER))


def sandbox(view: View) -> View:
    """Anybody, and only where stand-ins are in place; such routes do not exist in production."""
    return _declared(view, Rule(Who.SANDBOX))


def scraper(view: View) -> View:
    """Whoever collects metrics, by METRICS_TOKEN; without one, anybody where stand-ins are and nobody in production."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        settings = outside().settings
        if settings.metrics_token and not hmac.compare_digest(_bearer().encode(), settings.metrics_token.encode()):
            raise Unauthenticated
        if not settings.metrics_token and not settings.has_sandbox:
            raise Unauthenticated
        return view(*args, **kwargs)

    return _declared(guarded, Rule(Who.SCRAPER))


def site(view: View) -> View:
    """A website by its publishable key, from a listed origin where a browser names one."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        g.challenge = SITE_KEY_CHALLENGE
        key, origin = request.headers.get("X-Site-Key", ""), request.headers.get("Origin")
        with outside().database.reading() as session:
            found = get_site(session, key)
        if origin is not None and origin not in found.origins:
            raise OriginNotAllowed
        g.current_site = CurrentSite(found.id, found.origins, origin)
        return view(*args, **kwargs)

    return _declared(guarded, Rule(Who.SITE))


def holder(view: View) -> View:
    """The holder of the booking in the path, by bearer token, or staff with the scope for it.

    The view takes `booking_id` as a UUID. A genuine token of another booking answers as if there were none.
    """

    @wraps(view)
    def guarded(*args: Any, booking_id: str, **kwargs: Any) -> Any:
        wanted = find_uuid(Prefix.BOOKING, booking_id)
        if _is_staff():
            g.current_staff = _staff_with(HOLDER_SCOPES.get(request.method, Scope.BOOKINGS_WRITE))
        elif held_booking(_bearer()) != wanted:
            raise BookingNotFound
        if wanted is None:
            raise BookingNotFound
        return view(*args, booking_id=wanted, **kwargs)

    return _declared(guarded, Rule(Who.HOLDER))


def mailbox(view: View) -> View:
    """Whoever proved a mailbox, by the bearer token they had for it; the view finds whose in `current_mailbox()`."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        owner = find_mailbox_owner(outside().keyring, _bearer(), now=outside().clock.now())
        if owner is None:
            raise Unauthenticated
        g.current_mailbox = owner
        return view(*args, **kwargs)

    return _declared(guarded, Rule(Who.MAILBOX))


def preferences(view: View) -> View:
    """A newsletter reader, by the token of a mailed preference link."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        held = _bearer()
        try:
            open_preference_token(outside().keyring, held, now=outside().clock.now())
        except PreferenceLinkExpired as expired:
            raise Unauthenticated from expired
        g.current_preference_token = held
        return view(*args, **kwargs)

    return _declared(guarded, Rule(Who.PREFERENCES))


def staff(scope: Scope) -> Callable[[View], View]:
    """Staff with this scope, by a secret key or signed in with a browser; the view finds who in `current_staff()`."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            g.current_staff = _staff_with(scope)
            return view(*args, **kwargs)

        return _declared(guarded, Rule(Who.STAFF, scope))

    return declare


def staff_page(scope: Scope | None = None, *, largest_body: int | None = None) -> Callable[[View], View]:
    """Staff signed in with a browser, with this scope if one is named; whoever is not is led to the sign-in page.

    All but GET and HEAD must bring the page's token along, in the field `csrf_token` or the header `X-CSRF-Token`.
    `largest_body` lets whoever is signed in send more bytes than other requests may have.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            session = find_session()
            if session is None:
                g.is_nobody = True
                return _lead_to_sign_in()
            g.current_session = session
            g.current_staff = CurrentStaff(session.principal, session.name, session.scopes)
            if scope is not None and scope not in session.scopes:
                return _refuse_page(scope)  # before a byte of the body is read
            if request.method not in READING:
                _allow(largest_body)
                require_csrf_token(session)
            return view(*args, **kwargs)

        return _declared(guarded, Rule(Who.STAFF_PAGE, scope))

    return declare


def held_booking(held: str) -> UUID:
    """The booking that a holder's token proves, or Unauthenticated."""
    payload = outside().keyring.open(Purpose.HOLDER, held)
    if payload is None or len(payload) != 16:
        raise Unauthenticated
    return UUID(bytes=payload)


def rule_of(app: Flask, endpoint: str) -> Rule | None:
    """What the route declares; None only before `require_declared` has passed."""
    return getattr(app.view_functions[endpoint], RULE, None)


def require_declared(app: Flask) -> None:
    """Refuse to start with a route that says nothing of who may enter."""
    silent = [endpoint for endpoint in app.view_functions if rule_of(app, endpoint) is None]
    if silent:
        raise RuntimeError(f"these routes declare no access rule: {sorted(silent)}")


def _declared(view: View, rule: Rule) -> View:
    setattr(view, RULE, rule)
    return view


def _bearer() -> str:
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not credentials.strip():
        raise Unauthenticated
    return credentials.strip()


def _is_staff() -> bool:
    """Whether the request carries a staff key, or no key or token at all but a staff cookie."""
    if "Authorization" not in request.headers:
        return held_token() is not None
    return _bearer().startswith(STAFF_PREFIX)


def _staff_with(scope: Scope) -> CurrentStaff:
    """Staff with the scope; a key or token always goes before a cookie."""
    found = _staff_by_key(_bearer()) if "Authorization" in request.headers else _staff_by_session()
    if scope not in found.scopes:
        raise ScopeMissing(scope)
    return found


def _staff_by_key(key: str) -> CurrentStaff:
    """The staff key; its use is noted in a transaction of its own, once a minute."""
    database, now = outside().database, outside().clock.now()
    with database.reading() as session:
        known = get_staff_key(session, key, now=now)
    if not known.was_used_just_now(now):
        with suppress(DatabaseBusy), database.writing() as session:  # a note is no reason to refuse what was asked
            note_use(session, known.id, now=now)
    return CurrentStaff(known.principal, known.name, known.scopes)


def _staff_by_session() -> CurrentStaff:
    """Whoever is signed in; what changes something brings its page's token in the header, which no form can send."""
    session = find_session()
    if session is None:
        raise Unauthenticated
    if request.method not in READING:
        require_csrf_header(session)
    return CurrentStaff(session.principal, session.name, session.scopes)


def _allow(largest_body: int | None) -> None:
    """A body of that size, and a field of it too: a file may travel inside a form."""
    if largest_body is not None:
        request.max_content_length = request.max_form_memory_size = largest_body


def _lead_to_sign_in() -> Response:
    """To the sign-in page, and from there back to the page that was asked for; a script is told instead."""
    if is_sent_by_script():
        raise Unauthenticated
    asked_for = {"next": request.full_path.rstrip("?")} if request.method in READING else {}
    return redirect(f"/staff/sign-in?{urlencode(asked_for)}".rstrip("?"), 303)


def _refuse_page(scope: Scope) -> Response:
    if is_sent_by_script():
        raise ScopeMissing(scope)
    return make_response(render_template("staff/no_scope.html", scope=scope), 403)
