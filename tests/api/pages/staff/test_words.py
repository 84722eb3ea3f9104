"""Every word that a service may say has words on finance's pages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import pytest

from api.pages.staff.finance.words import CLEARINGS, KINDS, STATUSES, VERDICTS
from services.finance.words import Clearing, DiscrepancyKind, PayoutStatus, Verdict


@pytest.mark.parametrize(
    ("told", "words"),
    [(CLEARINGS, Clearing), (KINDS, DiscrepancyKind), (STATUSES, PayoutStatus), (VERDICTS, Verdict)],
)
def test_every_word_of_finance_is_told(told: Mapping[StrEnum, object], words: type[StrEnum]) -> None:
    assert set(told) == set(words)
