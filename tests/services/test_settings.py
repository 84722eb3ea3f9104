"""A deployment whose settings contradict each other does not start."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from services.settings import AppEnv, Settings

SECRETS: dict[str, Any] = {"secret_key": "s" * 32, "address_pepper": "p" * 32}
LIVE: dict[str, Any] = SECRETS | {
    "app_env": AppEnv.PRODUCTION,
    "public_url": "https://book.example",
    "mail_from": "places@book.example",
    "stripe_api_key": "rk_live_abc",
    "stripe_webhook_secret": "whsec_abc",
}


@pytest.mark.parametrize("app_env", [AppEnv.EMBEDDED, AppEnv.TEST])
@pytest.mark.parametrize("key", ["rk_live_abc", "sk_live_abc"])
def test_stand_ins_and_a_live_key_never_meet(app_env: AppEnv, key: str) -> None:
    """S22."""
    with pytest.raises(ValidationError, match="refused with a live Stripe key"):
        Settings(**SECRETS, app_env=app_env, stripe_api_key=key)
    assert Settings(**SECRETS, app_env=app_env, stripe_api_key=key.replace("live", "test")).has_sandbox


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"stripe_api_key": ""}, "STRIPE_API_KEY"),
        ({"stripe_webhook_secret": ""}, "STRIPE_WEBHOOK_SECRET"),
        ({"secret_key": "short"}, "SECRET_KEY"),
        ({"address_pepper": "short"}, "ADDRESS_PEPPER"),
        ({"public_url": "https://book.example/path"}, "PUBLIC_URL"),
        ({"mailchimp_list_id": "abc"}, "MAILCHIMP_API_KEY"),
        ({"limits_storage_url": "redis.example:6379"}, "LIMITS_STORAGE_URL"),
        ({"mail_from": "Larkfield <places@larkfield.example>"}, "MAIL_FROM"),
        ({"contact_email": "hello@larkfield.exämple"}, "CONTACT_EMAIL"),
        ({"fault_points": "hold_committed"}, "FAULT_POINTS"),
    ],
)
def test_production_starts_with_what_it_needs_alone(change: dict[str, Any], named: str) -> None:
    assert not Settings(**LIVE).has_sandbox
    with pytest.raises(ValidationError, match=named):
        Settings(**(LIVE | change))


@pytest.mark.parametrize("name", ["public_url", "mail_from"])
def test_production_takes_no_default_for_what_people_see(name: str) -> None:
    with pytest.raises(ValidationError, match=name.upper()):
        Settings(**{key: value for key, value in LIVE.items() if key != name})


def test_a_refusal_of_settings_shows_no_secret() -> None:
    """S21: what stops a start-up is printed, and kept by whatever keeps logs."""
    with pytest.raises(ValidationError) as refused:
        Settings(
            **(LIVE | {"public_url": "nonsense", "secret_key": "a-canary" * 4, "stripe_api_key": "rk_live_canary"})
        )
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["postgres://u@h/d", "postgresql://u@h/d", "mysql://h/d", "nonsense", "postgresql+psycopg://u:p@h:port/d"]
)
def test_a_database_that_we_do_not_know_is_named(url: str) -> None:
    with pytest.raises(ValidationError, match="DATABASE_URL must be"):
        Settings(**SECRETS, database_url=url)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    wrong = {"stripe_api_key": "", "stripe_webhook_secret": "", "mailchimp_list_id": "abc", "database_url": "x"}
    with pytest.raises(ValidationError) as refused:
        Settings(**LIVE | wrong)
    told = str(refused.value)
    for name in ("STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRET", "MAILCHIMP_API_KEY", "DATABASE_URL"):
        assert name in told
