"""What keeps a database out of reach, in words for an operator."""

from __future__ import annotations

import re

from services.database.engine import DatabaseBusy

# libpq gives a connection that fails no SQLSTATE: its text is all there is, in the server's language.
_WORDS = (
    (
        r"password authentication failed|no password supplied|role \".*\" does not exist",
        "refuses whom DATABASE_URL names",
    ),
    (r"database \".*\" does not exist", "does not exist at its server: has it been made, and is DATABASE_URL right?"),
    (r"Connection refused", "has nobody who answers at the host and port of DATABASE_URL"),
    (r"failed to resolve host", "has a host in DATABASE_URL that is not known here"),
    (
        r"no such (table|column)|has no column named|(relation|column) .* does not exist",
        "has another schema: run `setlist migrate`",
    ),
    (r"unable to open database file", "is a file that cannot be opened: look at the folder in DATABASE_URL"),
)


def in_words(busy: DatabaseBusy) -> str:
    """What the database does or is; repeats nothing of the error's text, which may hold names."""
    return find_words(busy.__cause__ or busy) or "is out of reach, locked, full or read-only"


def find_words(error: BaseException) -> str | None:
    """The same of any error; None for one that only its traceback explains."""
    return next((words for pattern, words in _WORDS if re.search(pattern, str(error))), None)
