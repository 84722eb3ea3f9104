"""What an operator is told of a deployment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.journeys.examine import examine
from services.journeys.readiness import Check, Verdict
from services.mail.errors import PostboxUnavailable
from services.outside import Outside
from services.settings import AppEnv, MailSecurity
from services.suppression.canary import require_same_pepper
from tests.recording_postbox import RecordingPostbox
from tests.worlds import World

PRODUCTION = {
    "app_env": AppEnv.PRODUCTION,
    "public_url": "https://book.example",
    "privacy_notice_url": "https://larkfield.example/privacy",
    "stripe_webhook_secret": "whsec_of_a_test",
}


def checks(outside: Outside, **settings: Any) -> dict[str, Check]:
    changed = outside.settings.model_copy(update=PRODUCTION | settings)
    return {check.name: check for check in examine(replace(outside, settings=changed))}


def wrong(found: dict[str, Check]) -> set[str]:
    return {name for name, check in found.items() if check.verdict is Verdict.FAILED}


@pytest.fixture
def outside(world: World) -> Outside:
    with world.database.writing() as session:
        require_same_pepper(session, world.outside.keyring.pepper_proof())
    return world.outside


def test_a_good_deployment_has_nothing_wrong(outside: Outside) -> None:
    found = checks(outside)
    assert wrong(found) == set()
    assert {"stripe", "mailchimp", "mailchimp audience", "mail", "clock", "suppression"} <= set(found)
    assert found["stripe"].detail == "test mode: no real money"


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"public_url": "http://book.example"}, "PUBLIC_URL"),
        ({"stripe_webhook_secret": "secret"}, "STRIPE_WEBHOOK_SECRET"),
        ({"smtp_username": "setlist", "smtp_security": MailSecurity.NONE}, "SMTP_SECURITY"),
    ],
)
def test_a_wrong_setting_is_named(outside: Outside, settings: dict[str, Any], name: str) -> None:
    assert wrong(checks(outside, **settings)) == {name}


def test_a_key_of_stripe_s_that_may_do_everything_is_told(outside: Outside) -> None:
    """S22."""
    unrestricted = checks(outside, stripe_api_key="sk_live_abc")
    assert unrestricted["STRIPE_API_KEY"].verdict is Verdict.DEGRADED
    assert "STRIPE_API_KEY" not in checks(outside, stripe_api_key="rk_live_abc")


def test_a_mail_server_out_of_reach_is_named_with_its_settings(outside: Outside) -> None:
    def hang_up() -> None:
        raise PostboxUnavailable("ConnectionRefusedError")

    found = checks(replace(outside, postbox=RecordingPostbox(before=hang_up)))
    assert wrong(found) == {"mail"}
    assert "ConnectionRefusedError" in found["mail"].detail
    assert "SMTP_HOST" in found["mail"].detail


def test_without_an_audience_mailchimp_is_left_alone(outside: Outside) -> None:
    assert "not used" in checks(replace(outside, audience=None))["mailchimp"].detail


def test_stand_ins_are_told(outside: Outside) -> None:
    found = checks(outside, app_env=AppEnv.EMBEDDED, smtp_port=1)
    assert found["mode"].verdict is Verdict.DEGRADED
    assert wrong(found) == set()
    assert found["mail"].detail.startswith("the sandbox's mailbox")
