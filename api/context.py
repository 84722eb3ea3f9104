"""What a view may reach for."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import current_app, g

from services.access.keys import Scope
from services.outside import Outside
from services.people.staff_sessions import SignedIn


@dataclass(frozen=True)
class CurrentSite:
    """The site whose key the request carries, and the page it came from where a browser says so."""

    id: UUID
    origins: frozenset[str]
    page_origin: str | None

    @property
    def principal(self) -> str:
        return f"site:{self.id}"


@dataclass(frozen=True)
class CurrentStaff:
    """Who of staff asks: by a key, or signed in with a browser."""

    principal: str
    """Names the key or the member in the audit log, the journal and in idempotency; by id."""
    name: str
    scopes: frozenset[Scope]


def outside() -> Outside:
    found: Outside = current_app.extensions["outside"]
    return found


def current_site() -> CurrentSite:
    """Set by `access.site` before the view runs."""
    found: CurrentSite = g.current_site
    return found


def current_staff() -> CurrentStaff:
    """Set by `access.staff` and `access.staff_page` before the view runs."""
    found: CurrentStaff = g.current_staff
    return found


def current_session() -> SignedIn:
    """Set by `access.staff_page` before the view runs."""
    found: SignedIn = g.current_session
    return found


def current_mailbox() -> UUID:
    """The person whose mailbox is proved; set by `access.mailbox` before the view runs."""
    found: UUID = g.current_mailbox
    return found


def current_preference_token() -> str:
    """A preference token that is genuine and has time left; set by `access.preferences` before the view runs."""
    found: str = g.current_preference_token
    return found


def current_actor() -> str:
    """Who acts on a booking, for the audit log: staff, or else its holder."""
    staff: CurrentStaff | None = g.get("current_staff")
    return staff.principal if staff else "holder"
