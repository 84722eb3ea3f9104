"""The style guide: the design system of Setlist's own pages, read from the stylesheet itself, so that it cannot lie."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, render_template

from api import access
from api.sandbox.contrast import contrast

blueprint = Blueprint("sandbox_styleguide", __name__, url_prefix="/sandbox/styleguide")

STYLESHEET = Path(__file__).parent.parent / "pages" / "static" / "tokens.css"
TOKEN = re.compile(r"--([a-z0-9-]+):\s*([^;]+);")
TEXT, CONTROL = 4.5, 3.0
"""What WCAG 2.2 AA asks of text, and of what one must see to use it."""

PAIRS = (
    ("ink", "paper", TEXT, "Text on the page"),
    ("ink", "card", TEXT, "Text on a card"),
    ("ink-soft", "paper", TEXT, "Hints on the page"),
    ("ink-soft", "card", TEXT, "Hints on a card"),
    ("brand", "card", TEXT, "Links"),
    ("on-brand", "brand", TEXT, "Buttons"),
    ("brand-strong", "brand-tint", TEXT, "Numbers of dates"),
    ("on-band", "band", TEXT, "The header"),
    ("on-info", "info", TEXT, "Information"),
    ("on-success", "success", TEXT, "Success"),
    ("on-warning", "warning", TEXT, "Warning"),
    ("on-error", "error", TEXT, "Error"),
    ("on-danger", "danger", TEXT, "Buttons that end something"),
    ("control", "card", CONTROL, "Borders of fields"),
    ("focus", "paper", CONTROL, "The focus ring"),
)
SIZES = ("text-h1", "text-h2", "text-h3", "text-lead", "text", "text-small")
SPACES = tuple(f"space-{step}" for step in range(1, 8))


@dataclass(frozen=True)
class Pair:
    """A colour on its ground, in one scheme."""

    use: str
    colour_name: str
    ground_name: str
    colour: str
    ground: str
    ratio: float
    needed: float

    @property
    def passes(self) -> bool:
        return self.ratio >= self.needed


@blueprint.get("")
@access.sandbox
def show_styleguide() -> str:
    light, dark = schemes()
    return render_template(
        "sandbox/styleguide.html",
        schemes=[("Light", pairs(light)), ("Dark", pairs(dark))],
        sizes=[(name, light[name]) for name in SIZES],
        spaces=[(name, light[name], float(light[name].removesuffix("rem")) * 16) for name in SPACES],
    )


def pairs(tokens: dict[str, str]) -> list[Pair]:
    return [
        Pair(use, colour, ground, tokens[colour], tokens[ground], contrast(tokens[colour], tokens[ground]), needed)
        for colour, ground, needed, use in PAIRS
    ]


@cache
def schemes() -> tuple[dict[str, str], dict[str, str]]:
    """The tokens in light, and in dark, which overrides some."""
    before, _, after = STYLESHEET.read_text().partition("@media screen and (prefers-color-scheme: dark)")
    light = dict(TOKEN.findall(before))
    return light, light | dict(TOKEN.findall(after))
