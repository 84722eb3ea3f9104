"""Which columns here are personal, and how long each is kept; ids, dates, numbers and words of ours need no entry."""

from __future__ import annotations

from collections.abc import Mapping

from services.database.retention import Retention

PERSONAL: Mapping[str, Retention] = {
    "bank_lines.description": Retention.ACCOUNTS,  # names whoever paid in
    "bank_lines.reference": Retention.ACCOUNTS,
    "discrepancies.reason": Retention.ACCOUNTS,  # staff's own words
}
NOT_PERSONAL = frozenset(
    {
        "balance_transactions.currency",
        "balance_transactions.fee_details",
        "balance_transactions.id",
        "balance_transactions.reporting_category",
        "balance_transactions.source_id",
        "balance_transactions.type",
        "bank_csv_mappings.columns",
        "bank_csv_mappings.given_by",
        "bank_csv_mappings.shape",
        "bank_lines.currency",
        "bank_lines.fingerprint",
        "bank_statements.account_label",
        "bank_statements.csv_shape",
        "bank_statements.currency",
        "bank_statements.file_sha256",
        "bank_statements.format",
        "bank_statements.uploaded_by",
        "discrepancies.closed_by",
        "discrepancies.currency",
        "discrepancies.subject",
        "import_places.newest_id",
        "import_places.oldest_id",
        "import_places.stream",
        "import_runs.failure",
        "import_runs.requested_by",
        "payouts.currency",
        "payouts.descriptor",
        "payouts.failure_code",
        "payouts.id",
        "payouts.method",
        "payouts.reconciliation_status",
    }
)
