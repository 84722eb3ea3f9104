"""Addresses that moved: a set's former slug leads on to the set."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from api.context import outside
from api.problems import from_domain
from services.sets.errors import SetNotFound
from services.sets.slugs import find_present_slug

NAMES = ("set_id", "reference")
"""What routes call the part of their path that may be a slug."""


def lead_on(refusal: SetNotFound) -> Response | BaseResponse:
    """308, which keeps method and body, where the path has a former slug; else the refusal."""
    path = request.view_args or {}
    for name in (name for name in NAMES if isinstance(path.get(name), str)):
        with outside().database.reading() as session:
            present = find_present_slug(session, path[name])
        if present is not None:
            moved = url_for(request.endpoint or "", **{**path, name: present})
            query = request.query_string.decode(errors="replace")
            return redirect(f"{moved}?{query}" if query else moved, 308)
    return from_domain(refusal)
