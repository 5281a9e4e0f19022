"""The room's README walks one pair to its verdict: the program prints what it says."""

import os
import re
import subprocess
import sys

from tests.support.data import ROOT


def test_the_walk_through_prints_what_the_readme_says() -> None:
    text = (ROOT / "intelligence" / "identity" / "README.md").read_text("utf-8")
    program = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    printed = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
    assert len(program) == len(printed) == 1
    done = subprocess.run(
        [sys.executable, "-c", program[0]],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout == printed[0]
