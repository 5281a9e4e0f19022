"""The measuring helpers and the runner of the benchmarks."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.measure import cpu_seconds, percentile, row, run_measured

ROOT = Path(__file__).resolve().parents[2]
MIB = 1 << 20


def test_percentile_is_the_nearest_rank() -> None:
    """Nearest-rank, as defined in Hyndman and Fan (1996), definition 1."""
    values = [15.0, 20.0, 35.0, 40.0, 50.0]
    assert [percentile(values, p) for p in (5, 30, 40, 50, 100)] == [15, 20, 20, 35, 50]
    assert percentile([7.0], 99) == 7.0


def test_each_run_gets_a_fresh_subject() -> None:
    made: list[list[int]] = []

    def prepare() -> list[int]:
        made.append([])
        return made[-1]

    seconds = cpu_seconds(lambda subject: subject.append(1), prepare=prepare, runs=3)
    assert made == [[1], [1], [1]]
    assert seconds >= 0


def test_peak_memory_is_that_of_the_program_not_of_its_starter() -> None:
    ballast = bytearray(300 * MIB)  # this process is large; the measured ones differ
    ballast[::4096] = b"x" * len(ballast[::4096])
    idle = run_measured([sys.executable, "-c", "print('idle')"])
    busy = run_measured([sys.executable, "-c", f"b = b'x' * {100 * MIB}"])
    assert idle.stdout == "idle\n"
    assert idle.peak_rss < 60 * MIB
    assert 90 * MIB < busy.peak_rss - idle.peak_rss < 130 * MIB
    assert busy.cpu_seconds > 0


def test_a_program_that_fails_is_not_measured() -> None:
    with pytest.raises(subprocess.CalledProcessError) as error:
        run_measured([sys.executable, "-c", "raise SystemExit(3)"])
    assert error.value.returncode == 3


@pytest.mark.parametrize(
    ("value", "floor", "aim", "met"),
    [(9, 10, 20, False), (10, 10, 20, True), (9, 8, 4, False), (8, 8, 4, True)],
)
def test_the_aim_says_which_way_is_better(
    value: float, floor: float, aim: float, *, met: bool
) -> None:
    assert row("work", value, "s", floor=floor, aim=aim)["floor_met"] is met


def test_the_runner_refuses_a_name_that_is_not_there() -> None:
    command = [sys.executable, "-m", "tests.benchmarks.run", "nonsense"]
    done = subprocess.run(
        command, cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "no benchmark called nonsense" in done.stderr


def test_the_runner_prints_one_document(tmp_path: Path) -> None:
    folder = tmp_path / "tests" / "benchmarks"
    folder.mkdir(parents=True)
    runner = (ROOT / "tests" / "benchmarks" / "run.py").read_text("utf-8")
    (folder / "run.py").write_text(runner, "utf-8")
    for name in ("slow", "fast"):
        (folder / f"bench_{name}.py").write_text(
            f"def run():\n    yield {{'work': '{name}', 'value': 1.5}}\n", "utf-8"
        )
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.run"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    document = json.loads(done.stdout)
    assert document.pop("machine")["cores"] > 0
    assert document == {
        "fast": [{"work": "fast", "value": 1.5}],
        "slow": [{"work": "slow", "value": 1.5}],
    }
    assert 'bench: fast: {"work": "fast", "value": 1.5}' in done.stderr


def test_the_example_in_contributing_is_a_benchmark() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    section = page.split("## Benchmarks")[1]
    code = next(re.finditer(r"^```python\n(.*?)^```$", section, re.M | re.S))[1]
    names: dict[str, object] = {}
    exec(compile(code, "CONTRIBUTING.md", "exec"), names)  # noqa: S102 - our own page
    run = names["run"]
    assert callable(run)
    (figure,) = run()
    assert figure["work"] == "sort"
    assert figure["value"] > 0
