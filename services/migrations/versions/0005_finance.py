"""What Stripe and the bank say of money, and where they disagree."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.database.triggers import create_all_triggers

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "bank_csv_mappings",
        sa.Column("shape", sa.String(length=64), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("given_by", sa.String(length=80), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("shape", name=op.f("pk_bank_csv_mappings")),
    )

    op.create_table(
        "bank_statements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account_label", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("lines_read", sa.Integer(), nullable=False),
        sa.Column("lines_known", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statements")),
        sa.UniqueConstraint("file_sha256", "position", name=op.f("uq_bank_statements_file_sha256_position")),
    )
    op.create_index("ix_bank_statements_days", "bank_statements", ["currency", "from_on", "until_on"], unique=False)

    op.create_table(
        "import_places",
        sa.Column("stream", sa.String(length=40), nullable=False),
        sa.Column("newest_id", sa.String(length=120), nullable=True),
        sa.Column("newest_created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("oldest_id", sa.String(length=120), nullable=True),
        sa.Column("reached_start", sa.Boolean(), nullable=False),
        sa.Column("complete_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("stream", name=op.f("pk_import_places")),
    )

    op.create_table(
        "import_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("requested_by", sa.String(length=80), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_over", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("transactions_read", sa.Integer(), nullable=False),
        sa.Column("transactions_new", sa.Integer(), nullable=False),
        sa.Column("payouts_read", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_runs")),
    )
    op.create_index("ix_import_runs_requested_at", "import_runs", ["requested_at"], unique=False)

    op.create_table(
        "payouts",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("reconciliation_status", sa.String(length=20), nullable=False),
        sa.Column("descriptor", sa.String(length=60), nullable=True),
        sa.Column("failure_code", sa.String(length=60), nullable=True),
        sa.Column("arrival_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lines_listed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payouts")),
    )
    op.create_index("ix_payouts_arrival_on", "payouts", ["arrival_on", "id"], unique=False)

    op.create_table(
        "balance_transactions",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("reporting_category", sa.String(length=60), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("fee_details", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("available_on", sa.Date(), nullable=False),
        sa.Column("source_id", sa.String(length=120), nullable=True),
        sa.Column("payout_id", sa.String(length=120), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entries.id"], name=op.f("fk_balance_transactions_entry_id_journal_entries")
        ),
        sa.ForeignKeyConstraint(["payout_id"], ["payouts.id"], name=op.f("fk_balance_transactions_payout_id_payouts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_balance_transactions")),
    )
    op.create_index("ix_balance_transactions_created_at", "balance_transactions", ["created_at", "id"], unique=False)
    op.create_index("ix_balance_transactions_entry_id", "balance_transactions", ["entry_id"], unique=False)
    op.create_index("ix_balance_transactions_payout_id", "balance_transactions", ["payout_id"], unique=False)
    op.create_index("ix_balance_transactions_source_id", "balance_transactions", ["source_id"], unique=False)
    op.create_index(
        "ix_balance_transactions_unmatched",
        "balance_transactions",
        ["created_at"],
        unique=False,
        sqlite_where=sa.text("entry_id IS NULL"),
        postgresql_where=sa.text("entry_id IS NULL"),
    )

    op.create_table(
        "bank_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=True),
        sa.Column("payout_id", sa.String(length=120), nullable=True),
        sa.Column("matched_by", sa.String(length=40), nullable=True),
        sa.Column("matched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_left_to_people", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["payout_id"], ["payouts.id"], name=op.f("fk_bank_lines_payout_id_payouts")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["bank_statements.id"], name=op.f("fk_bank_lines_statement_id_bank_statements")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_lines")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_bank_lines_fingerprint")),
        sa.UniqueConstraint("payout_id", name=op.f("uq_bank_lines_payout_id")),
    )
    op.create_index("ix_bank_lines_candidates", "bank_lines", ["currency", "amount_minor", "booked_on"], unique=False)
    op.create_index("ix_bank_lines_statement_id", "bank_lines", ["statement_id"], unique=False)

    op.create_table(
        "discrepancies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("balance_transaction_id", sa.String(length=120), nullable=True),
        sa.Column("payout_id", sa.String(length=120), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cleared_by", sa.String(length=40), nullable=True),
        sa.Column("closed_by", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_discrepancies_amount_positive")),
        sa.ForeignKeyConstraint(
            ["balance_transaction_id"],
            ["balance_transactions.id"],
            name=op.f("fk_discrepancies_balance_transaction_id_balance_transactions"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entries.id"], name=op.f("fk_discrepancies_entry_id_journal_entries")
        ),
        sa.ForeignKeyConstraint(["payout_id"], ["payouts.id"], name=op.f("fk_discrepancies_payout_id_payouts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discrepancies")),
    )
    op.create_index("ix_discrepancies_entry_id", "discrepancies", ["entry_id"], unique=False)
    op.create_index("ix_discrepancies_occurred_on", "discrepancies", ["occurred_on", "id"], unique=False)
    op.create_index("ix_discrepancies_subject", "discrepancies", ["subject"], unique=False)
    op.create_index(
        "uq_discrepancies_open",
        "discrepancies",
        ["kind", "subject"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )

    create_all_triggers(op.get_bind())
