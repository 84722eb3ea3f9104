"""A line of the bank may send a payout back, and no two balance transactions tell of one entry."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.database.triggers import create_all_triggers

revision = "0009"
down_revision = "0008"

FREE_THE_LATER_ONES = """
UPDATE balance_transactions SET entry_id = NULL WHERE EXISTS (
    SELECT 1 FROM balance_transactions AS told WHERE told.entry_id = balance_transactions.entry_id
    AND (told.created_at, told.id) < (balance_transactions.created_at, balance_transactions.id)
)
"""
"""The next comparison finds them missing here, as they always were."""


def upgrade() -> None:
    op.execute(FREE_THE_LATER_ONES)
    op.drop_index("ix_balance_transactions_entry_id", "balance_transactions")
    op.create_index("uq_balance_transactions_entry_id", "balance_transactions", ["entry_id"], unique=True)

    with op.batch_alter_table("bank_lines") as batch_op:
        batch_op.add_column(sa.Column("is_return", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_constraint(op.f("uq_bank_lines_payout_id"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_bank_lines_payout_id_is_return"), ["payout_id", "is_return"])
    with op.batch_alter_table("bank_lines") as batch_op:
        batch_op.alter_column("is_return", server_default=None)

    create_all_triggers(op.get_bind())
