"""Everything that can be wrong with a deployment, asked for by an operator and told in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from services.errors import DomainError
from services.journeys.readiness import Check, Verdict, check_readiness
from services.outside import Outside
from services.payments.errors import PaymentsRefused
from services.settings import MailSecurity, Settings

WEBHOOK_SECRET = "whsec_"  # noqa: S105 - how Stripe's begin
UNRESTRICTED = "sk_"
LOOK_BACK = timedelta(hours=1)
LEFT_TO_THE_PROBES = frozenset({"stripe", "mailchimp", "mail"})
"""Readiness tells of these what the worker met; here each is asked itself."""


def examine(outside: Outside) -> Iterator[Check]:
    """One check after the other; Stripe, Mailchimp and the mail server are really asked, and nothing is sent."""
    yield from _settings(outside.settings)
    yield from (check for check in check_readiness(outside) if check.name not in LEFT_TO_THE_PROBES)
    yield _probe("stripe", lambda: _ask_stripe(outside), "STRIPE_API_KEY", _mode(outside.settings))
    if outside.audience is None:
        yield Check("mailchimp", Verdict.OK, "not used: MAILCHIMP_LIST_ID is empty")
    else:
        yield _probe("mailchimp", outside.audience.ping, "MAILCHIMP_API_KEY")
        yield _probe("mailchimp audience", outside.audience.ensure_merge_fields, "MAILCHIMP_LIST_ID")
    if outside.settings.has_sandbox:
        yield Check("mail", Verdict.OK, "the sandbox's mailbox, whose port `setlist up` chooses: not asked")
        return
    yield _probe("mail", outside.postbox.greet, "SMTP_HOST, SMTP_PORT, SMTP_SECURITY and the sign-in")


def _settings(settings: Settings) -> Iterator[Check]:
    if settings.has_sandbox:
        yield Check("mode", Verdict.DEGRADED, "APP_ENV is not `production`: stand-ins take the providers' place")
        return
    yield Check("mode", Verdict.OK, "production")
    if not settings.public_url.startswith("https://"):
        yield Check("PUBLIC_URL", Verdict.FAILED, "does not start with https://: people would send tokens in the open")
    if not settings.stripe_webhook_secret.startswith(WEBHOOK_SECRET):
        yield Check("STRIPE_WEBHOOK_SECRET", Verdict.FAILED, f"does not begin with {WEBHOOK_SECRET}")
    if settings.stripe_api_key.startswith(UNRESTRICTED):
        yield Check(
            "STRIPE_API_KEY", Verdict.DEGRADED, "may do everything: make a restricted key, which begins with rk_"
        )
    if settings.database_url.startswith("sqlite"):
        yield Check("DATABASE_URL", Verdict.DEGRADED, "SQLite: right for one machine; PostgreSQL for more")
    if settings.smtp_security is MailSecurity.NONE and settings.smtp_username:
        yield Check("SMTP_SECURITY", Verdict.FAILED, "`none`: the mail server's password would travel in the open")
    if not settings.privacy_notice_url:
        yield Check("PRIVACY_NOTICE_URL", Verdict.DEGRADED, "empty: letters and pages name no notice of yours")


def _mode(settings: Settings) -> str:
    return "live: real money" if "_live_" in settings.stripe_api_key else "test mode: no real money"


def _ask_stripe(outside: Outside) -> None:
    """A question that the sweeper asks too, so that a restricted key is tried for what it must be able to do."""
    outside.gateway.list_undelivered_events(outside.clock.now() - LOOK_BACK)


def _probe(name: str, ask: Callable[[], object], setting: str, well: str = "") -> Check:
    try:
        ask()
    except PaymentsRefused as refusal:
        return Check(name, Verdict.FAILED, f"refused ({refusal.reason}): look at {setting}")
    except DomainError as refusal:
        cause = getattr(refusal, "cause", "")
        return Check(name, Verdict.FAILED, f"{refusal.title}{f' ({cause})' if cause else ''}: look at {setting}")
    return Check(name, Verdict.OK, well)
