"""What needs a person: listed, closed once, and failed jobs run again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from services.access.keys import Scope
from services.attention.items import open_item
from services.attention.words import AttentionKind
from services.audit.models import AuditEntry
from services.effects.kinds import EffectKind
from services.effects.models import Effect, EffectStatus
from services.effects.queue import queue
from services.jobs.outcomes import fail
from tests.builders import a_staff_key
from tests.worlds import World


@pytest.fixture
def key(world: World) -> dict[str, str]:
    with world.database.writing() as session:
        return a_staff_key(session, Scope.BOOKINGS_READ, Scope.BOOKINGS_WRITE)


def test_an_item_is_closed_once_by_whoever_was_first(world: World, key: dict[str, str]) -> None:
    with world.database.writing() as session:
        open_item(session, AttentionKind.REFUND_FAILED, "refund_1", now=world.outside.clock.now())
    item = (world.client.get("/v1/staff/attention?open=true", headers=key).json or {})["data"][0]
    assert (item["kind"], item["subject"], item["closed_at"]) == ("refund_failed", "refund_1", None)
    path = f"/v1/staff/attention/{item['id']}/closing"
    first = world.client.post(path, headers=key).json or {}
    assert first["closed_by"].startswith("staff:")
    world.passes(minutes=5)
    assert world.client.post(path, headers=key).json == first
    assert (world.client.get("/v1/staff/attention?open=true", headers=key).json or {})["data"] == []
    assert (world.client.get("/v1/staff/attention?open=false", headers=key).json or {})["data"] == [first]
    assert world.client.post("/v1/staff/attention/unknown/closing", headers=key).status_code == 404


def test_a_failed_job_is_run_again_as_another_attempt(world: World, key: dict[str, str]) -> None:
    with world.database.writing() as session:
        queue(session, EffectKind.HANDLE_SIGN_IN, "nobody", now=world.outside.clock.now())
        effect = session.get_one(Effect, "handle_sign_in:nobody")
        fail(session, effect, "KeyError", now=world.outside.clock.now())
    job = (world.client.get("/v1/staff/jobs", headers=key).json or {})["data"][0]
    assert (job["key"], job["problem"], job["attempt"]) == ("handle_sign_in:nobody", "KeyError", 1)
    path = f"/v1/staff/jobs/{job['key']}/run"
    again = world.client.post(path, headers=key)
    assert (again.status_code, (again.json or {})["attempt"]) == (202, 2)
    assert world.client.post(path, headers=key).status_code == 409
    assert world.client.post("/v1/staff/jobs/unknown/run", headers=key).status_code == 404
    with world.database.reading() as session:
        assert session.get_one(Effect, "handle_sign_in:nobody").status is EffectStatus.NEW
        entry = session.scalars(select(AuditEntry).where(AuditEntry.subject_type == "job")).one()
    assert (entry.action, entry.facts) == ("job.rerun", {"job": "handle_sign_in:nobody", "attempt": 2})
    assert (world.client.get("/v1/staff/attention?open=true", headers=key).json or {})["data"] == []
