"""Effects that are with dbos can be found by age."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    with op.batch_alter_table("effects", schema=None) as batch_op:
        batch_op.create_index(
            "ix_effects_relayed",
            ["relayed_at"],
            unique=False,
            sqlite_where=sa.text("status = 'relayed'"),
            postgresql_where=sa.text("status = 'relayed'"),
        )
