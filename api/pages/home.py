"""What this server is, for whoever opens its bare address."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template, send_from_directory

from api import access

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@access.nobody
def show_home() -> str:
    return render_template("home.html", sandbox="sandbox" in current_app.extensions)


@blueprint.get("/static/<path:name>")
@access.nobody
def show_static(name: str) -> Response:
    return send_from_directory(f"{current_app.root_path}/pages/static", name, max_age=3600)


@blueprint.get("/favicon.ico")
@access.nobody
def show_no_favicon() -> Response:
    """Browsers ask unasked; no answer of ours has an icon."""
    return Response(status=204)
