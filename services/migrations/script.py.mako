"""${message.capitalize()}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
from services.database.triggers import create_all_triggers

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades}
    create_all_triggers(op.get_bind())
