"""The headers that say what a browser may do with an answer."""

from __future__ import annotations

from flask import Response, request

from services.settings import Settings

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'{also}; "
    "frame-ancestors 'none'; base-uri 'none'"
)
PRIVATE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'{also}; frame-ancestors 'none'; "
    "base-uri 'none'"
)
DOCS_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

NOTHING_ALLOWED = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
ONE_YEAR = "max-age=31536000"
FOR_EVERY_WEBSITE = ("/v1/", "/embed/", "/static/", "/openapi.json")


def secure(settings: Settings, response: Response) -> Response:
    """What every answer carries, unless its view said something stricter."""
    headers = response.headers
    headers.setdefault("Permissions-Policy", NOTHING_ALLOWED)
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", _readers(request.path))
    if settings.public_url.startswith("https://"):
        headers.setdefault("Strict-Transport-Security", ONE_YEAR)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    headers.setdefault("Content-Security-Policy", PAGE_POLICY.format(also=""))
    headers.setdefault("Cache-Control", "no-store")
    return response


def _readers(path: str) -> str:
    """Whose pages may load it: the API and the embed are for every website, the rest is for our own pages."""
    return "cross-origin" if path.startswith(FOR_EVERY_WEBSITE) else "same-origin"


def form_page(response: Response, *, form_target: str | None = None, asks_us: bool = False) -> Response:
    """A page with a form that was made for this one visit: not stored, not indexed; the rest as below."""
    return _for_one_visit(response, PAGE_POLICY, form_target, asks_us)


def private_page(response: Response, *, form_target: str | None = None, asks_us: bool = False) -> Response:
    """A page whose address is a secret: not stored, not indexed, and its address told to nobody.

    `form_target` is another origin to which a form's answer may redirect: browsers hold redirects to `form-action` too.
    `asks_us` lets its script send requests to this server.
    """
    response.headers["Referrer-Policy"] = "no-referrer"
    return _for_one_visit(response, PRIVATE_POLICY, form_target, asks_us)


def _for_one_visit(response: Response, policy: str, form_target: str | None, asks_us: bool) -> Response:
    policy = policy.format(also=f" {form_target}" if form_target else "")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Security-Policy"] = policy + ("; connect-src 'self'" if asks_us else "")
    return response
