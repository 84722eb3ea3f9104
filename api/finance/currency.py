"""A currency, where an operation of finance's is about one."""

from __future__ import annotations

from typing import Any

from api.wire import Shaped
from services.finance.bank.reading import CURRENCY


class CurrencyCode(Shaped):
    """ISO 4217's three letters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(CURRENCY, "the code of a currency, such as GBP", **kwargs)
