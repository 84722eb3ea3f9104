"""Every word that a service may say has words on finance's pages, and the guide goes through them all."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import pytest

from api.docs import guides
from api.pages.staff.finance.exports import TARGETS
from api.pages.staff.finance.words import ACTIONS, CLEARINGS, EXPLAINED, KINDS, STATUSES, VERDICTS
from services.finance.exports.targets import Target
from services.finance.words import Clearing, DiscrepancyKind, PayoutStatus, Verdict
from services.ledger.chart import CHART, AccountKey


@pytest.mark.parametrize(
    ("told", "words"),
    [(CLEARINGS, Clearing), (KINDS, DiscrepancyKind), (STATUSES, PayoutStatus), (VERDICTS, Verdict)],
)
def test_every_word_of_finance_is_told(told: Mapping[StrEnum, object], words: type[StrEnum]) -> None:
    assert set(told) == set(words)


def test_the_guide_goes_through_every_kind_verdict_action_export_and_account() -> None:
    _, guide = guides()["finance"]
    for told in (*KINDS.values(), *VERDICTS.values()):
        assert f"| {told.short} |" in guide
    for action in (*ACTIONS.values(), EXPLAINED):
        assert f"*{action.button}*" in guide
    for target in set(TARGETS) - {Target.MASTER_CSV, Target.MASTER_XLSX}:
        assert f"| {TARGETS[target][0]} |" in guide
    for key in set(AccountKey) - {AccountKey.DEBTORS}:
        assert CHART[key].code in guide
        assert CHART[key].name in guide
