"""Measuring: processor seconds, several runs, medians, peak memory.

Wall-clock time says more about the neighbours on a machine than about the code, so
figures are processor seconds wherever one process does the work. A ratio between two
ways is measured side by side in one run.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

T = TypeVar("T")

# A small process starts the measured one: on Linux the peak memory of a child that
# was started by a large process includes that of its parent.
LAUNCHER = """
import json, resource, subprocess, sys, time
begin = time.monotonic()
code = subprocess.call(sys.argv[2:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
unit = 1 if sys.platform == "darwin" else 1024
with open(sys.argv[1], "w") as out:
    json.dump([used.ru_utime + used.ru_stime, time.monotonic() - begin,
               used.ru_maxrss * unit, code], out)
"""


@dataclass(frozen=True)
class Usage:
    """What a program took: seconds of processor and clock, peak bytes of memory."""

    cpu_seconds: float
    wall_seconds: float
    peak_rss: int
    stdout: str


def cpu_seconds(
    work: Callable[[T], object], *, prepare: Callable[[], T], runs: int = 5
) -> float:
    """Median processor seconds of `work`, all threads, over several runs.

    `prepare` makes what each run works on and is not measured.
    """
    taken: list[float] = []
    for _ in range(runs):
        subject = prepare()
        begin = time.process_time()
        work(subject)
        taken.append(time.process_time() - begin)
    return median(taken)


def wall_times(calls: Sequence[Callable[[], object]]) -> list[float]:
    """Seconds by the clock of each call, for latencies (see `percentile`)."""
    taken: list[float] = []
    for call in calls:
        begin = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begin)
    return taken


def call_times(
    calls: Sequence[Callable[[], object]],
) -> tuple[list[float], list[float]]:
    """Seconds by the clock, and of the processor, of each call."""
    wall: list[float] = []
    cpu: list[float] = []
    for call in calls:
        begin, used = time.perf_counter(), time.process_time()
        call()
        wall.append(time.perf_counter() - begin)
        cpu.append(time.process_time() - used)
    return wall, cpu


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of all values do not exceed."""
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)  # rounded up
    return ordered[max(int(rank), 1) - 1]


def run_measured(command: Sequence[str | Path], cwd: Path | None = None) -> Usage:
    """Run a program and say what it and its children took.

    Raises:
        subprocess.CalledProcessError: the program ended with another code than 0.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "usage.json"
        launch = [sys.executable, "-S", "-c", LAUNCHER, report, *command]
        done = subprocess.run(
            launch, cwd=cwd, check=True, stdout=subprocess.PIPE, text=True
        )
        cpu, wall, peak, code = json.loads(report.read_text())
    if code:
        raise subprocess.CalledProcessError(code, [os.fspath(one) for one in command])
    return Usage(cpu, wall, peak, done.stdout)


def row(
    work: str, value: float, unit: str, *, floor: float, aim: float, **details: object
) -> dict[str, object]:
    """One figure for `make bench`; larger is better where the aim is above the floor.

    `details` are kept as they are: sizes, runs, spread, what else helps to read it.
    """
    met = value >= floor if aim >= floor else value <= floor
    return {
        "work": work,
        "value": value,
        "unit": unit,
        "floor": floor,
        "aim": aim,
        "floor_met": met,
        **details,
    }
