"""Lets `python -m api.commands` do what `setlist` does."""

import sys

from api.commands import main

sys.exit(main())
