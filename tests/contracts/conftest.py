"""The stand-ins' state, and Stripe's client library talking to Stripe's stand-in under the eyes of the contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import stripe

from api.sandbox.state import SandboxState
from api.sandbox.stripe import StripeSandbox, stripe_app
from api.sandbox.transport import WSGIAdapter
from services.clock import Clock
from tests.contracts.stripe_checker import CheckedAdapter
from tests.contracts.stripe_client import PUBLIC_URL, SECRET_KEY, client_through


@pytest.fixture
def state(tmp_path: Path) -> SandboxState:
    return SandboxState(tmp_path / "sandbox.sqlite3")


@pytest.fixture
def transport(state: SandboxState, clock: Clock) -> Iterator[CheckedAdapter]:
    """The way to the stand-in; a test that used it fails where the contract was broken on either side."""
    adapter = CheckedAdapter(stripe_app(state, clock, StripeSandbox(PUBLIC_URL, SECRET_KEY)))
    yield adapter
    assert adapter.faults == []


@pytest.fixture
def client(transport: CheckedAdapter) -> stripe.StripeClient:
    return client_through(transport)


@pytest.fixture
def careless(transport: CheckedAdapter) -> stripe.StripeClient:
    """A client whose requests nobody checks before the stand-in does."""
    return client_through(WSGIAdapter(transport.app))
