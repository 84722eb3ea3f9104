"""`setlist serve`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

START = """
import sys
from pathlib import Path
from api.commands.serve import count_together
print(count_together(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""


def a_start(folder: Path) -> tuple[subprocess.Popen[str], Path]:
    """A process that counts until its input ends, and where it does."""
    process = subprocess.Popen(
        [sys.executable, "-c", START, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_each_start_counts_by_itself_and_clears_up_behind_those_that_ended(tmp_path: Path) -> None:
    first, of_first = a_start(tmp_path / "metrics")
    (of_first / "counter_1.db").touch()
    second, of_second = a_start(tmp_path / "metrics")
    assert (of_first / "counter_1.db").exists()
    first.communicate()
    third, of_third = a_start(tmp_path / "metrics")
    assert set((tmp_path / "metrics").iterdir()) == {of_second, of_third}
    second.communicate()
    third.communicate()
