"""The web process is killed while somebody leaves: what is on disk is kept, here and at Mailchimp."""

from __future__ import annotations

import pytest
import requests

from services.effects.kinds import EffectKind
from services.effects.models import Effect, EffectStatus
from services.newsletter.models import Subscription
from services.newsletter.words import SubscriptionStatus
from services.suppression.models import Suppression
from tests.faults.reader import Reader
from tests.processes import Installation


def has_pushed(installation: Installation) -> bool:
    """Whether Mailchimp has been told all there is to tell."""
    pushes = [each for each in installation.rows(Effect) if each.kind is EffectKind.PUSH_SUBSCRIPTION]
    return all(each.status is EffectStatus.DONE for each in pushes)


def test_killed_before_mailchimp_hears_of_a_leave_it_is_told_after_the_restart(installation: Installation) -> None:
    """F11."""
    reader = Reader.at(installation)
    installation.start("serve", "sandbox", "worker", fault_points="unsubscribe_committed")
    reader.confirm(reader.sign_up())
    installation.wait_for(lambda: reader.status_at_mailchimp() == "subscribed")
    installation.wait_for(lambda: bool(installation.letters("Welcome")))
    installation.wait_for(lambda: has_pushed(installation))  # a push that dies keeps others of its subscription waiting
    installation.kill("worker")
    with pytest.raises(requests.ConnectionError):
        reader.leave()
    installation.kill("serve")
    assert [each.status for each in installation.rows(Subscription)] == [SubscriptionStatus.UNSUBSCRIBED]
    assert len(installation.rows(Suppression)) == 1
    assert reader.status_at_mailchimp() == "subscribed"
    installation.start("worker")
    installation.wait_for(lambda: reader.status_at_mailchimp() == "unsubscribed")
