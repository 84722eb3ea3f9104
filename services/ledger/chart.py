"""The chart of accounts as it comes: what each account is for, and the code it has until somebody changes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class AccountKey(StrEnum):
    """An account by its use; codes and names are the organisation's to change, uses are not."""

    DEBTORS = "debtors"
    BANK = "bank"
    STRIPE_CLEARING = "stripe_clearing"
    PAYOUTS_IN_TRANSIT = "payouts_in_transit"
    DISPUTES_RECEIVABLE = "disputes_receivable"
    DEFERRED_INCOME = "deferred_income"
    CUSTOMER_CREDIT = "customer_credit"
    VAT_OUTPUT = "vat_output"
    INCOME = "income"
    STRIPE_FEES = "stripe_fees"
    DISPUTE_FEES = "dispute_fees"
    BAD_DEBT = "bad_debt"
    SUSPENSE = "suspense"


@dataclass(frozen=True)
class ChartAccount:
    """An account as people see it."""

    key: AccountKey
    code: str
    name: str


CHART: Mapping[AccountKey, ChartAccount] = {
    account.key: account
    for account in (
        ChartAccount(AccountKey.DEBTORS, "1100", "Debtors"),
        ChartAccount(AccountKey.BANK, "1200", "Bank"),
        ChartAccount(AccountKey.STRIPE_CLEARING, "1250", "Stripe clearing"),
        ChartAccount(AccountKey.PAYOUTS_IN_TRANSIT, "1255", "Payouts in transit"),
        ChartAccount(AccountKey.DISPUTES_RECEIVABLE, "1260", "Disputes receivable"),
        ChartAccount(AccountKey.DEFERRED_INCOME, "2110", "Deferred income"),
        ChartAccount(AccountKey.CUSTOMER_CREDIT, "2115", "Customer credit"),
        ChartAccount(AccountKey.VAT_OUTPUT, "2200", "VAT output"),
        ChartAccount(AccountKey.INCOME, "4000", "Income"),
        ChartAccount(AccountKey.STRIPE_FEES, "7901", "Stripe fees"),
        ChartAccount(AccountKey.DISPUTE_FEES, "7902", "Dispute fees"),
        ChartAccount(AccountKey.BAD_DEBT, "8100", "Bad debt"),
        ChartAccount(AccountKey.SUSPENSE, "9998", "Suspense"),
    )
}
