"""Every route says who may enter, or nothing starts (S5)."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from api import access, create_app
from api.composition import compose, find_sandbox
from api.sandbox.demo import throwaway_settings
from services.payments.gateway import Patience


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    settings = throwaway_settings(tmp_path_factory.mktemp("house"))
    return create_app(compose(settings, Patience.WEB), find_sandbox(settings))


def test_every_route_declares_a_rule(app: Flask) -> None:
    assert [name for name, view in app.view_functions.items() if getattr(view, access.RULE, None) is None] == []


def test_a_route_that_declares_nothing_stops_the_start() -> None:
    app = Flask("house", root_path=str(Path(__file__).parent), static_folder=None)
    app.add_url_rule("/unguarded", view_func=lambda: "welcome, whoever you are", endpoint="unguarded")
    with pytest.raises(RuntimeError, match="unguarded"):
        access.require_declared(app)
