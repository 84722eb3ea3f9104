"""Everything beyond our own rules, gathered once when a process starts; the only maker of adapters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import requests

from services.clock import Clock, no_offset
from services.database import Database
from services.mail.postbox import Postbox
from services.mail.smtp_postbox import SmtpPostbox
from services.newsletter.audience import Audience
from services.newsletter.mailchimp_audience import MailchimpAudience
from services.payments.gateway import Patience, PaymentGateway
from services.payments.stripe_gateway import StripeGateway
from services.settings import Settings
from services.tokens import Keyring


@dataclass(frozen=True)
class Transports:
    """How Stripe, Mailchimp and the time are reached where stand-ins take their place."""

    stripe: requests.Session | None = None
    stripe_url: str | None = None
    mailchimp: requests.Session | None = None
    mailchimp_url: str | None = None
    clock_offset: Callable[[], timedelta] = no_offset


@dataclass(frozen=True)
class Outside:
    """What journeys, jobs and the API may reach for."""

    settings: Settings
    clock: Clock
    database: Database
    keyring: Keyring
    gateway: PaymentGateway
    audience: Audience | None
    """None where the operator mirrors to no Mailchimp audience."""
    postbox: Postbox


def build(settings: Settings, transports: Transports, patience: Patience) -> Outside:
    """Put the real adapters together; `patience` says how long Stripe may keep this process waiting."""
    clock = Clock(transports.clock_offset)
    return Outside(
        settings=settings,
        clock=clock,
        database=Database(settings.database_url),
        keyring=keyring(settings),
        gateway=StripeGateway(
            api_key=settings.stripe_api_key,
            webhook_secrets=[s for s in (settings.stripe_webhook_secret, settings.stripe_webhook_secret_next) if s],
            patience=patience,
            session=transports.stripe,
            base_url=transports.stripe_url,
        ),
        audience=_audience(settings, transports),
        postbox=SmtpPostbox(
            settings.smtp_host,
            settings.smtp_port,
            username=settings.smtp_username or None,
            password=settings.smtp_password or None,
            security=settings.smtp_security,
        ),
    )


def keyring(settings: Settings) -> Keyring:
    retired = [old.strip() for old in settings.retired_secret_keys.split(",") if old.strip()]
    return Keyring(settings.secret_key, settings.address_pepper, retired)


def _audience(settings: Settings, transports: Transports) -> Audience | None:
    if not settings.mailchimp_list_id:
        return None
    return MailchimpAudience(
        settings.mailchimp_api_key,
        settings.mailchimp_list_id,
        base_url=transports.mailchimp_url,
        session=transports.mailchimp,
    )
