"""Database: one engine, two kinds of transaction, and the types and walls every table shares.

`reading()` refuses writes; `writing()` takes SQLite's write lock at once, so that a read never turns into a write
half-way. Nothing here knows what the tables mean.
"""

from services.database.base import Base
from services.database.engine import Database, DatabaseBusy

__all__ = ["Base", "Database", "DatabaseBusy"]
