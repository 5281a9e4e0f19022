"""What a town costs: processor seconds and peak memory of 100,000 people.

Each figure is one run in a process of its own. The table alone is measured for 400,000
people, a million records.
"""

import json
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.support.measure import Usage, row, run_measured

PEOPLE = 100_000
TABLE_PEOPLE = 400_000
SCRIPT = """
import json, sys
from pathlib import Path
from ingest.town import build, build_table
what, people, out = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
if what == "town":
    count = sum(build(people, 7, out).lines.values())
else:
    count = build_table(people, 7, out)
print(json.dumps(count))
"""
ROOT = Path(__file__).resolve().parents[2]


def _measured(what: str, people: int) -> tuple[Usage, int]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", SCRIPT, what, str(people), folder]
        usage = run_measured(command, ROOT)
    return usage, json.loads(usage.stdout)


def run() -> Iterable[dict[str, object]]:
    """Yield the rows of the town."""
    usage, lines = _measured("town", PEOPLE)
    size = {"people": PEOPLE, "lines": lines}
    yield row("town, 100k people", usage.cpu_seconds, "CPU s", floor=90, aim=60, **size)
    peak = usage.peak_rss / 2**30
    yield row("town, 100k people, peak memory", peak, "GiB", floor=2, aim=1.5, **size)
    usage, records = _measured("table", TABLE_PEOPLE)
    size = {"people": TABLE_PEOPLE, "records": records}
    yield row(
        "town's table, 1M records", usage.cpu_seconds, "CPU s", floor=90, aim=60, **size
    )
    peak = usage.peak_rss / 2**30
    yield row(
        "town's table, 1M records, peak memory", peak, "GiB", floor=2, aim=1.5, **size
    )
