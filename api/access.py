"""Who may enter: each view declares it, right below its route, and a route that declares nothing stops the start-up."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Flask, g, request

from api.context import CurrentSite, CurrentStaff, outside
from services.access.errors import OriginNotAllowed, ScopeMissing, Unauthenticated
from services.access.keys import STAFF_PREFIX, Scope, get_site, get_staff_key, note_use
from services.bookings.errors import BookingNotFound
from services.database import DatabaseBusy
from services.ids import Prefix, find_uuid
from services.tokens import Purpose

View = Callable[..., Any]
RULE = "access_rule"


def nobody(view: View) -> View:
    """Anybody may enter; no key is read."""
    return _declared(view, "nobody")


def token(view: View) -> View:
    """Whoever holds the token in the path; the view opens it."""
    return _declared(view, "token")


def provider(view: View) -> View:
    """A provider whose signature the view verifies over the raw bytes."""
    return _declared(view, "provider")


def sandbox(view: View) -> View:
    """Anybody, and only where stand-ins are in place; such routes do not exist in production."""
    return _declared(view, "sandbox")


def site(view: View) -> View:
    """A website by its publishable key, from a listed origin where a browser names one."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        key, origin = request.headers.get("X-Site-Key", ""), request.headers.get("Origin")
        with outside().database.reading() as session:
            found = get_site(session, key)
        if origin is not None and origin not in found.origins:
            raise OriginNotAllowed
        g.current_site = CurrentSite(found.id, found.origins, origin)
        return view(*args, **kwargs)

    return _declared(guarded, "site")


def holder(view: View) -> View:
    """The holder of the booking in the path, by bearer token, or staff with `bookings:read`.

    The view takes `booking_id` as a UUID. A genuine token of another booking answers as if there were none.
    """

    @wraps(view)
    def guarded(*args: Any, booking_id: str, **kwargs: Any) -> Any:
        wanted = find_uuid(Prefix.BOOKING, booking_id)
        held = _bearer()
        if held.startswith(STAFF_PREFIX):
            _staff_with(Scope.BOOKINGS_READ, held)
        elif wanted is None or held_booking(held) != wanted:
            raise BookingNotFound
        if wanted is None:
            raise BookingNotFound
        return view(*args, booking_id=wanted, **kwargs)

    return _declared(guarded, "holder")


def staff(scope: Scope) -> Callable[[View], View]:
    """Staff by a secret key with this scope; the view finds the key in `current_staff()`."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            g.current_staff = _staff_with(scope, _bearer())
            return view(*args, **kwargs)

        return _declared(guarded, f"staff {scope}")

    return declare


def held_booking(held: str) -> UUID:
    """The booking that a holder's token proves, or Unauthenticated."""
    payload = outside().keyring.open(Purpose.HOLDER, held)
    if payload is None or len(payload) != 16:
        raise Unauthenticated
    return UUID(bytes=payload)


def require_declared(app: Flask) -> None:
    """Refuse to start with a route that says nothing of who may enter."""
    silent = [name for name, view in app.view_functions.items() if getattr(view, RULE, None) is None]
    if silent:
        raise RuntimeError(f"these routes declare no access rule: {sorted(silent)}")


def _declared(view: View, rule: str) -> View:
    setattr(view, RULE, rule)
    return view


def _bearer() -> str:
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not credentials.strip():
        raise Unauthenticated
    return credentials.strip()


def _staff_with(scope: Scope, key: str) -> CurrentStaff:
    """The staff key, if it has the scope; its use is noted in a transaction of its own, once a minute."""
    database, now = outside().database, outside().clock.now()
    with database.reading() as session:
        known = get_staff_key(session, key, now=now)
    if not known.was_used_just_now(now):
        with suppress(DatabaseBusy), database.writing() as session:  # a note is no reason to refuse what was asked
            note_use(session, known.id, now=now)
    if scope not in known.scopes:
        raise ScopeMissing(scope)
    return CurrentStaff(known.id, known.scopes)
