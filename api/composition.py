"""Putting a process together: settings, the outside, and the stand-ins' transports where they take its place."""

from __future__ import annotations

import requests

from api.sandbox import MAILCHIMP_KEY, MAILCHIMP_URL, STRIPE_KEY, STRIPE_URL, Sandbox, open_sandbox
from api.sandbox.clock import offset_source
from api.sandbox.mailchimp import SANDBOX_LIST_ID, mailchimp_app
from api.sandbox.stripe import StripeSandbox, stripe_app
from api.sandbox.transport import WSGIAdapter
from services.database.faults import arm
from services.outside import Outside, Transports, build
from services.payments.gateway import Patience
from services.settings import AppEnv, Settings


def compose(settings: Settings, patience: Patience) -> Outside:
    """The outside of a process with these settings."""
    if settings.app_env is AppEnv.TEST:
        arm(settings.fault_points)
    sandbox = find_sandbox(settings)
    if sandbox is None:
        return build(settings, Transports(), patience)
    return build(_with_sandbox_keys(settings), _transports(sandbox), patience)


def find_sandbox(settings: Settings) -> Sandbox | None:
    """The stand-ins' memory, or None in production."""
    return open_sandbox(settings.var_dir, settings.origin) if settings.has_sandbox else None


def _with_sandbox_keys(settings: Settings) -> Settings:
    keys = {"stripe_api_key": STRIPE_KEY, "mailchimp_api_key": MAILCHIMP_KEY, "mailchimp_list_id": SANDBOX_LIST_ID}
    return settings.model_copy(update=keys)


def _transports(sandbox: Sandbox) -> Transports:
    stripe, mailchimp = requests.Session(), requests.Session()
    player = StripeSandbox(public_url=sandbox.public_url, secret_key=STRIPE_KEY)
    stripe.mount(STRIPE_URL, WSGIAdapter(stripe_app(sandbox.state, sandbox.clock, player)))
    mailchimp.mount(MAILCHIMP_URL, WSGIAdapter(mailchimp_app(sandbox.state, sandbox.clock)))
    return Transports(
        stripe=stripe,
        stripe_url=STRIPE_URL,
        mailchimp=mailchimp,
        mailchimp_url=f"{MAILCHIMP_URL}/3.0",
        clock_offset=offset_source(sandbox.state),
    )
