"""What visitors, search engines and finders of faults may want to know of this server."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from api import access
from api.context import outside
from services.newsletter.topics import list_topics

blueprint = Blueprint("about", __name__)

SECURITY_TXT_LASTS = timedelta(days=180)
"""RFC 9116 wants a date of expiry, less than a year away; each answer moves it."""
NOT_FOR_SEARCH_ENGINES = ("/bookings/", "/my", "/newsletter/confirm/", "/p/", "/u", "/sandbox", "/sets/*/book", "/v1/")


@blueprint.get("/privacy")
@access.nobody
def show_privacy_notice() -> BaseResponse:
    """The charity's own notice where it has one, or else ours, which says exactly what this server keeps."""
    settings = outside().settings
    if settings.privacy_notice_url:
        return redirect(settings.privacy_notice_url, 302)
    with outside().database.reading() as session:
        topics = list_topics(session)
    return Response(
        render_template(
            "privacy.html",
            topics=topics,
            contact=settings.contact_email or settings.mail_from,
            hold_minutes=settings.hold_minutes,
            uses_mailchimp=bool(settings.mailchimp_list_id),
        )
    )


@blueprint.get("/robots.txt")
@access.nobody
def show_robots() -> Response:
    """Keep search engines to the catalogue; what has a secret address says `noindex` itself, too."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_SEARCH_ENGINES)]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/.well-known/security.txt")
@access.nobody
def show_security_contact() -> Response:
    """Whom to tell of a weakness, as RFC 9116 has it."""
    settings = outside().settings
    expires = (outside().clock.now() + SECURITY_TXT_LASTS).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: mailto:{settings.contact_email or settings.mail_from}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {settings.origin}{url_for('about.show_security_contact')}",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
