"""Metrics and the request log: routes by their templates, and nothing that belongs to anybody."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import structlog
from structlog.testing import capture_logs

from api import create_app
from services.attention.items import open_item
from services.attention.words import AttentionKind
from services.effects.kinds import EffectKind
from services.effects.models import Effect, EffectStatus
from services.effects.queue import queue
from services.settings import AppEnv
from tests.worlds import World


def numbers(world: World) -> str:
    return world.client.get("/metrics").text


def gauge(told: str, name: str) -> float:
    found = re.search(rf"^{name} (\S+)", told, re.MULTILINE)
    assert found is not None
    return float(found[1])


def test_requests_are_counted_by_the_template_of_their_route(world: World) -> None:
    counted = 'setlist_http_requests_total{method="GET",route="/u/<token>",status="404"} '
    before = numbers(world).partition(counted)[2].partition("\n")[0] or "0"
    world.client.get("/u/a-secret-token")
    world.client.get("/nowhere/ada@example.org")
    after = numbers(world)
    assert float(after.partition(counted)[2].partition("\n")[0]) == float(before) + 1
    assert 'route="none",status="404"' in after
    assert "a-secret-token" not in after
    assert "ada@example.org" not in after


def test_a_method_of_somebody_s_invention_makes_no_series(world: World) -> None:
    world.client.open("/v1/sets", method="BREW")
    assert "BREW" not in numbers(world)


def test_what_waits_is_told_by_kind(world: World) -> None:
    with world.database.writing() as session:
        queue(session, EffectKind.SEND_LETTER, "nobody", now=world.outside.clock.now())
        open_item(session, AttentionKind.REFUND_FAILED, "refund_1", now=world.outside.clock.now())
    world.passes(seconds=90)
    told = numbers(world)
    assert 'setlist_effects_due{kind="send_letter"} 1.0' in told
    assert 'setlist_attention_open{kind="refund_failed"} 1.0' in told
    assert 90 <= gauge(told, "setlist_effects_oldest_seconds") < 150
    assert gauge(told, "setlist_effects_relayed_oldest_seconds") == 0


def test_the_age_of_what_a_worker_has_in_hand_is_told(world: World) -> None:
    now = world.outside.clock.now()
    with world.database.writing() as session:
        queue(session, EffectKind.SEND_LETTER, "nobody", now=now)
        effect = session.get_one(Effect, "send_letter:nobody")
        effect.status, effect.relayed_at = EffectStatus.RELAYED, now
    world.passes(days=3)
    told = numbers(world)
    assert gauge(told, "setlist_effects_oldest_seconds") == 0
    assert gauge(told, "setlist_effects_relayed_oldest_seconds") >= 3 * 24 * 60 * 60


@pytest.mark.parametrize(
    ("environment", "token", "sent", "status"),
    [
        (AppEnv.PRODUCTION, "", None, 401),
        (AppEnv.PRODUCTION, "a token", None, 401),
        (AppEnv.PRODUCTION, "a token", "Bearer another", 401),
        (AppEnv.PRODUCTION, "a token", "Bearer a token", 200),
        (AppEnv.TEST, "a token", None, 401),
    ],
)
def test_metrics_are_for_whoever_has_their_token(
    world: World, environment: AppEnv, token: str, sent: str | None, status: int
) -> None:
    changed = world.outside.settings.model_copy(update={"app_env": environment, "metrics_token": token})
    client = create_app(replace(world.outside, settings=changed)).test_client()
    headers = {"Authorization": sent} if sent else {}
    assert client.get("/metrics", headers=headers).status_code == status


def test_a_request_is_told_by_template_status_and_the_id_that_a_problem_carries(world: World) -> None:
    structlog.reset_defaults()
    with capture_logs() as lines:
        answer = world.client.get("/v1/sets/ada@example.org")
    told = next(line for line in lines if line["event"] == "request")
    assert (told["method"], told["route"], told["status"]) == ("GET", "/v1/sets/<set_id>", 404)
    assert told["instance"] == (answer.json or {})["instance"]
    assert "ada@example.org" not in str(lines)


def test_probes_are_not_told_while_all_is_well(world: World) -> None:
    structlog.reset_defaults()
    with capture_logs() as lines:
        world.client.get("/livez")
        world.client.get("/metrics")
    assert lines == []
