"""`setlist migrate`: brings the database to this version's schema, DBOS's own tables included."""

from __future__ import annotations

import sys
from argparse import ArgumentParser

from services import migrations
from services.database import Database
from services.jobs import tables as dbos_tables
from services.outside import keyring
from services.settings import Settings
from services.suppression.canary import require_same_pepper


def main(arguments: list[str]) -> int:
    """Run at every deploy, before the new processes start; nothing happens where nothing is new."""
    ArgumentParser(prog="setlist migrate", description=__doc__).parse_args(arguments)
    settings = Settings()
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    migrations.upgrade(settings.database_url)
    dbos_tables.migrate(settings.database_url)
    with Database(settings.database_url).writing() as session:
        require_same_pepper(session, keyring(settings).pepper_proof())
    sys.stdout.write(f"The database has schema {migrations.head_revision()}.\n")
    return 0
