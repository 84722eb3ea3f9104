"""The privacy notice, robots.txt and security.txt; the sample site and the style guide."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from api import create_app
from api.sandbox.contrast import contrast
from api.sandbox.styleguide import pairs, schemes
from tests.worlds import World


def test_the_notice_says_whom_to_write_to_and_what_is_kept(world: World) -> None:
    page = world.client.get("/privacy").text
    assert f"mailto:{world.outside.settings.mail_from}" in page
    assert "At least 6 years" in page


def test_a_charity_with_a_notice_of_its_own_shows_that(world: World) -> None:
    settings = world.outside.settings.model_copy(update={"privacy_notice_url": "https://larkfield.example/privacy"})
    client = create_app(replace(world.outside, settings=settings), world.sandbox).test_client()
    assert client.get("/privacy").headers["Location"] == "https://larkfield.example/privacy"
    assert 'href="https://larkfield.example/privacy"' in client.get("/sets").text


def test_search_engines_are_kept_to_the_catalogue(world: World) -> None:
    lines = world.client.get("/robots.txt").text.splitlines()
    assert {"Disallow: /bookings/", "Disallow: /u", "Disallow: /p/"} <= set(lines)
    assert "Disallow: /sets" not in lines


def test_finders_of_faults_are_told_where_to_write_and_until_when(world: World) -> None:
    answer = world.client.get("/.well-known/security.txt")
    told = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert answer.mimetype == "text/plain"
    assert told["Contact"] == f"mailto:{world.outside.settings.mail_from}"
    assert told["Canonical"] == f"{world.outside.settings.origin}/.well-known/security.txt"
    left = datetime.fromisoformat(told["Expires"]) - world.outside.clock.now()
    assert timedelta(0) < left < timedelta(days=365)


def test_the_sample_site_works_without_script(world: World) -> None:
    page = world.client.get("/sandbox/site").text
    for element, way in (
        ("sets", "/sets"),
        ("booking", "/sets/campaigners-online/book"),
        ("newsletter", "/newsletter"),
    ):
        inside = page.partition(f"<setlist-{element} ")[2].partition(f"</setlist-{element}>")[0]
        assert f'href="{way}"' in inside
    assert '<script src="/embed/v1.js" async></script>' in page
    assert 'href="/privacy"' in page
    assert 'href="/u"' in page


def test_every_pair_of_colours_is_far_enough_apart() -> None:
    for tokens in schemes():
        assert [pair.use for pair in pairs(tokens) if not pair.passes] == []


def test_black_on_white_is_21_to_1() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
