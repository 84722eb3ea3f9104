"""The embed: one script with three custom elements for any website, and its types."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import orjson
from flask import Blueprint, Response, request
from rjsmin import jsmin
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from api import access

blueprint = Blueprint("embed", __name__, url_prefix="/embed")

SOURCES = Path(__file__).parent / "static" / "embed"
PARTS = (
    "server",
    "language",
    "dom",
    "proof",
    "element",
    "form",
    "newsletter",
    "sets",
    "kept",
    "booking_form",
    "booking",
)
"""The script's parts in the order in which they build on one another."""
LIVES_SECONDS = 3600


@dataclass(frozen=True)
class Asset:
    """Bytes to serve, as they are and compressed."""

    media_type: str
    body: bytes
    zipped: bytes
    etag: str


@blueprint.get("/v1.js")
@access.nobody
def show_script() -> BaseResponse:
    return _answer(script())


@blueprint.get("/v1.d.ts")
@access.nobody
def show_types() -> BaseResponse:
    return _answer(types())


@blueprint.get("/words/<language>.json")
@access.nobody
def show_words(language: str) -> BaseResponse:
    """What the elements say in one language; the script asks for it."""
    if language not in languages():
        raise NotFound
    return _answer(words(language))


@cache
def script() -> Asset:
    """All parts and the stylesheet in one function, so that nothing of ours is the host page's global."""
    known = {"STYLE": _compact_style(_read("style.css")), "LANGUAGES": languages(), "VERSION": _version()}
    constants = "".join(f"const {name} = {orjson.dumps(value).decode()};\n" for name, value in known.items())
    parts = "\n".join(_read(f"{name}.js") for name in PARTS)
    return _asset("text/javascript", jsmin(f'(() => {{\n"use strict";\n{constants}{parts}\n}})();') + "\n")


@cache
def types() -> Asset:
    return _asset("text/plain", _read("v1.d.ts"))


@cache
def words(language: str) -> Asset:
    return _asset("application/json", _read(f"words/{language}.json"))


@cache
def languages() -> list[str]:
    """The languages that there are words for."""
    return sorted(file.stem for file in (SOURCES / "words").glob("*.json"))


def _version() -> str:
    """Another for other words, so that a script never meets the words of its predecessor in a cache."""
    return sha256("".join(_read(f"words/{language}.json") for language in languages()).encode()).hexdigest()[:8]


def _compact_style(style: str) -> str:
    """Without comments and needless space; no string of ours holds a brace, a semicolon or a comma."""
    bare = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL))
    return re.sub(r" ?([{};,]) ?|(:) ", r"\1\2", bare).replace(";}", "}").strip()


def _read(name: str) -> str:
    return (SOURCES / name).read_text()


def _asset(media_type: str, text: str) -> Asset:
    body = text.encode()
    return Asset(media_type, body, gzip.compress(body, mtime=0), sha256(body).hexdigest()[:32])


def _answer(asset: Asset) -> BaseResponse:
    """Open to pages of any origin; a copy is asked after again once an hour."""
    zips = request.accept_encodings.quality("gzip") > 0
    response = Response(asset.zipped if zips else asset.body, content_type=f"{asset.media_type}; charset=utf-8")
    if zips:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = f"public, max-age={LIVES_SECONDS}"
    response.set_etag(asset.etag, weak=True)
    return response.make_conditional(request)
