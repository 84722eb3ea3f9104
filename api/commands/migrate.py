"""`setlist migrate`: brings the database to this version's schema, DBOS's own tables included."""

from __future__ import annotations

import sys
from argparse import ArgumentParser

from services import migrations
from services.jobs import tables as dbos_tables
from services.settings import Settings


def main(arguments: list[str]) -> int:
    """Run at every deploy, before the new processes start; nothing happens where nothing is new."""
    ArgumentParser(prog="setlist migrate", description=__doc__).parse_args(arguments)
    settings = Settings()
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    migrations.upgrade(settings.database_url)
    dbos_tables.migrate(settings.database_url)
    sys.stdout.write(f"The database has schema {migrations.head_revision()}.\n")
    return 0
