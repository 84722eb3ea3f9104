"""Why an import failed; when a refund, a dispute or a line of the bank last moved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.database.triggers import create_all_triggers

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    with op.batch_alter_table("import_runs") as batch_op:
        batch_op.add_column(sa.Column("failure", sa.String(length=200), nullable=True))

    last_moves = {
        "refunds": "coalesce(settled_at, created_at)",
        "disputes": "coalesce(settled_at, created_at)",
        "bank_lines": "coalesce(matched_at, (SELECT uploaded_at FROM bank_statements WHERE id = statement_id))",
    }
    for table, last_move in last_moves.items():
        op.add_column(table, sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True))
        op.execute(f"UPDATE {table} SET updated_at = {last_move}")  # noqa: S608 - names of ours
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column("updated_at", existing_type=sa.DateTime(timezone=True), nullable=False)
    op.create_index(op.f("ix_refunds_updated_at"), "refunds", ["updated_at"], unique=False)
    op.create_index(op.f("ix_disputes_updated_at"), "disputes", ["updated_at"], unique=False)
    op.create_index(op.f("ix_payments_created_at"), "payments", ["created_at"], unique=False)

    create_all_triggers(op.get_bind())
