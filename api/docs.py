"""The spec and its pages: OpenAPI as JSON, Swagger UI with assets of our own, guides, and what each problem means."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import flask_swagger_ui
from flask import Blueprint, Response, current_app, render_template, send_from_directory
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from api import access
from api.explanations import PROBLEMS, problems
from api.headers import DOCS_POLICY
from services.sets.prose import to_html

blueprint = Blueprint("docs", __name__)

ASSETS = Path(flask_swagger_ui.__file__).parent / "dist"
SERVED_ASSETS = frozenset({"swagger-ui.css", "swagger-ui-bundle.js"})
GUIDES = PROBLEMS.parent / "guides"


@blueprint.get("/openapi.json")
@access.nobody
def show_spec() -> Any:
    """The OpenAPI description of this very code."""
    return current_app.json.response(current_app.extensions["spec"]())


@blueprint.get("/docs")
@access.nobody
def show_docs() -> Response:
    return Response(render_template("docs.html"), headers={"Content-Security-Policy": DOCS_POLICY})


@blueprint.get("/docs/assets/<name>")
@access.nobody
def show_asset(name: str) -> Response:
    if name not in SERVED_ASSETS:
        raise NotFound
    return send_from_directory(ASSETS, name, max_age=86400)


@blueprint.get("/docs/guides")
@access.nobody
def show_guides() -> str:
    return render_template("guides.html", guides=[(name, title) for name, (title, _) in guides().items()])


@blueprint.get("/docs/guides/<name>")
@access.nobody
def show_guide(name: str) -> str:
    found = guides().get(name)
    if found is None:
        raise NotFound
    title, text = found
    return render_template("guide.html", title=title, text=Markup(to_html(text)))  # noqa: S704 - sanitised


@blueprint.get("/problems/<code>")
@access.nobody
def show_problem(code: str) -> str:
    """What a problem type means and what to do about it."""
    found = problems().get(code)
    if found is None:
        raise NotFound
    title, text = found
    return render_template("problem.html", code=code, title=title, text=Markup(to_html(text)))  # noqa: S704 - sanitised


@cache
def guides() -> dict[str, tuple[str, str]]:
    """Title and Markdown of each guide, by its file's name; a guide begins with its title as a heading."""
    texts = {file.stem: file.read_text() for file in sorted(GUIDES.glob("*.md"))}
    return {name: (text.partition("\n")[0].removeprefix("# "), text) for name, text in texts.items()}
