"""The sandbox: stand-ins for Stripe, Mailchimp and the mail server, for the embedded default and for tests.

The real adapters talk to them over the real protocols; their state lives in a SQLite file of its own. Every page says
that it is a sandbox. In production none of this is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from api.sandbox.clock import offset_source
from api.sandbox.state import SandboxState
from services.clock import Clock

STATE_FILE = "sandbox.sqlite3"
STRIPE_KEY = "sk_test_setlist_sandbox"
STRIPE_URL = "http://stripe.sandbox"
MAILCHIMP_KEY = "setlist-sandbox-us1"
MAILCHIMP_URL = "http://mailchimp.sandbox"


@dataclass(frozen=True)
class Sandbox:
    """What the stand-ins and their pages share."""

    state: SandboxState
    clock: Clock
    public_url: str


def open_sandbox(var_dir: Path, public_url: str) -> Sandbox:
    state = SandboxState(var_dir / STATE_FILE)
    return Sandbox(state, Clock(offset_source(state)), public_url)
