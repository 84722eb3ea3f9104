"""Under which names the server answers, and how many proxies it believes (S15, S25)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask, request

from api import create_app
from tests.worlds import HOME, World


@pytest.mark.parametrize("host", ["book.example", "book.example:8443", "localhost:8000", "127.0.0.1:8000"])
def test_a_request_by_one_of_our_names_is_answered(world: World, host: str) -> None:
    assert world.client.get("/v1/sets", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["stranger.example", "book.example.stranger.example", "sub.book.example", "a b"])
def test_a_forged_host_is_refused(world: World, host: str) -> None:
    answer = world.client.get("/v1/sets", headers={"Host": host})
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert host not in answer.text


def test_a_name_that_the_operator_adds_is_answered(world: World) -> None:
    settings = world.outside.settings.model_copy(update={"trusted_hosts": "web, 10.0.0.7"})
    client = create_app(replace(world.outside, settings=settings)).test_client()
    for host in ("web:8000", "10.0.0.7:8000", "book.example"):
        assert client.get("/livez", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("hops", [0, 1])
def test_a_forged_forwarded_host_changes_nothing(world: World, hops: int) -> None:
    settings = world.outside.settings.model_copy(update={"proxy_hops": hops})
    client = create_app(replace(world.outside, settings=settings)).test_client()
    forged = {"X-Forwarded-Host": "stranger.example", "X-Forwarded-Prefix": "/stranger", "X-Forwarded-Port": "81"}
    plain, answer = client.get("/v1/sets?limit=1"), client.get("/v1/sets?limit=1", headers=forged)
    assert answer.data == plain.data
    assert "stranger" not in str(answer.headers)


def test_links_start_with_the_public_url_whatever_name_was_used(world: World) -> None:
    for number in range(2):
        world.a_set(slug=f"set-{number}")
    answer = world.client.get("/v1/sets?limit=1", headers={"Host": "127.0.0.1:8000"})
    assert answer.headers["Link"].startswith(f"<{HOME}/v1/sets?")


def address_seen(app: Flask, forwarded: str) -> str | None:
    """Who the app takes the visitor for."""
    seen: list[str | None] = []
    app.before_request(lambda: seen.append(request.remote_addr))
    app.test_client().get("/livez", headers={"X-Forwarded-For": forwarded}, environ_base={"REMOTE_ADDR": "10.0.0.1"})
    return seen[-1]


@pytest.mark.parametrize(("hops", "seen"), [(0, "10.0.0.1"), (1, "198.51.100.2"), (2, "203.0.113.9")])
def test_as_many_proxies_are_believed_as_the_operator_names(world: World, hops: int, seen: str) -> None:
    """S25: what a visitor wrote into the header themselves stands further left and is never read."""
    settings = world.outside.settings.model_copy(update={"proxy_hops": hops})
    app = create_app(replace(world.outside, settings=settings))
    assert address_seen(app, "192.0.2.66, 203.0.113.9, 198.51.100.2") == seen
