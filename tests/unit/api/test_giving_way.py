import os
import subprocess
import sys
from pathlib import Path

import pytest

from api import settings
from graph.errors import BadSettings

PROGRAM = """
import os, sys
from api.cli.giving_way import give_way
give_way(int(sys.argv[1]))
give_way(3)
print(os.getpriority(os.PRIO_PROCESS, 0))
"""


def test_a_command_goes_below_the_usual_priority_and_never_back() -> None:
    usual = os.getpriority(os.PRIO_PROCESS, 0)
    for steps in (0, 12):
        told = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(steps)],
            check=True,
            capture_output=True,
            text=True,
        )
        assert int(told.stdout) == max(usual, steps, 3)


@pytest.mark.parametrize("steps", [-1, 20])
def test_steps_out_of_range_are_refused(tmp_path: Path, steps: int) -> None:
    (tmp_path / settings.FILE).write_text(f"[ingest]\nnice = {steps}\n", "utf-8")
    with pytest.raises(BadSettings, match="nice must be"):
        settings.load(tmp_path)
