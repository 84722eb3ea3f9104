"""A sample website: a charity's article on action learning, with Setlist embedded in it as in any other page."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from api import access
from api.context import outside
from api.sandbox.demo import find_demo

blueprint = Blueprint("sandbox_site", __name__, url_prefix="/sandbox/site")

FIRST_SET = "campaigners-online"
"""The set that the form opens with."""

# What a careful charity would allow on its own pages; the embed needs a script, and to ask the server it came from, and
# does its proof of work in a worker where that is allowed.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; worker-src blob:; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@blueprint.get("")
@access.sandbox
def show_site() -> Response:
    """Show the charity's page; its site key is the one that seeding made."""
    demo = find_demo(outside().settings.var_dir)
    page = render_template("sandbox/site.html", site_key=demo.site_key if demo else "", first_set=FIRST_SET)
    response = make_response(page)
    response.headers["Content-Security-Policy"] = POLICY
    return response
