"""The switches, whatever stand-in asks them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.sandbox.faults import Fault, Service, set_fault, take_fault
from api.sandbox.state import SandboxState


@pytest.fixture
def state(tmp_path: Path) -> SandboxState:
    return SandboxState(tmp_path / "sandbox.sqlite3")


def test_no_fault_happens_that_nobody_asked_for(state: SandboxState) -> None:
    assert not any(take_fault(state, service, kind) for service in Service for kind in Fault)


def test_a_fault_happens_as_often_as_it_was_set_to(state: SandboxState) -> None:
    set_fault(state, Service.STRIPE, Fault.RATE_LIMIT, 2)
    assert [take_fault(state, Service.STRIPE, Fault.RATE_LIMIT) for _ in range(3)] == [True, True, False]


def test_a_fault_of_one_service_leaves_the_other_alone(state: SandboxState) -> None:
    set_fault(state, Service.STRIPE, Fault.DROP, 1)
    assert not take_fault(state, Service.MAILCHIMP, Fault.DROP)
    assert not take_fault(state, Service.STRIPE, Fault.ERROR_500)


def test_a_fault_set_to_0_is_cleared(state: SandboxState) -> None:
    set_fault(state, Service.STRIPE, Fault.DROP, 5)
    set_fault(state, Service.STRIPE, Fault.DROP, 0)
    assert not take_fault(state, Service.STRIPE, Fault.DROP)


def test_down_lasts_until_it_is_cleared(state: SandboxState) -> None:
    set_fault(state, Service.MAILCHIMP, Fault.DOWN, 1)
    assert all(take_fault(state, Service.MAILCHIMP, Fault.DOWN) for _ in range(5))
    set_fault(state, Service.MAILCHIMP, Fault.DOWN, 0)
    assert not take_fault(state, Service.MAILCHIMP, Fault.DOWN)


def test_two_requests_at_once_do_not_use_up_one_fault_twice(state: SandboxState) -> None:
    set_fault(state, Service.STRIPE, Fault.ERROR_500, 5)
    with ThreadPoolExecutor(max_workers=8) as pool:
        taken = list(pool.map(lambda _: take_fault(state, Service.STRIPE, Fault.ERROR_500), range(40)))
    assert sum(taken) == 5
