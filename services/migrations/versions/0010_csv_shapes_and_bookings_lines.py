"""A statement knows by which columns it was read, and the journal's lines are found by their booking."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.database.triggers import create_all_triggers

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table("bank_statements") as batch_op:
        batch_op.add_column(sa.Column("csv_shape", sa.String(length=64), nullable=True))

    with op.batch_alter_table("journal_lines") as batch_op:
        batch_op.create_index("ix_journal_lines_booking_id", ["booking_id"], unique=False)

    create_all_triggers(op.get_bind())
