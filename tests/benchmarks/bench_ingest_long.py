"""Memory over one long file: the peak, and whether it still grows in the second half.

A feed of Segment calls (``tests.support.segment_feed``) goes into a fresh SQLite store
in a process of its own. ``LONG_FEED_LINES=10000000`` in the environment takes a longer.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.support.measure import row, run_measured
from tests.support.segment_feed import segment_lines

LINES = int(os.environ.get("LONG_FEED_LINES", "1000000"))
_MEGABYTE = 2**20
_TAKE = """
import json, resource, sys
from graph.connect import connect
from ingest.pipeline import ingest

unit = 1 if sys.platform == "darwin" else 1024
peaks = []

def tell(_name, done, total):
    if done * 2 >= total and not peaks:
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)

with connect(sys.argv[1]) as store:
    [report] = ingest(sys.argv[2:], store, progress=tell)
json.dump([report.accepted, *peaks], sys.stdout)
"""


def run() -> Iterator[dict[str, object]]:
    """Measure."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "web.jsonl"
        with path.open("wb", 1 << 20) as file:
            file.writelines(segment_lines(LINES))
        store = f"sqlite:///{name}/graph.db"
        used = run_measured([sys.executable, "-c", _TAKE, store, path])
    accepted, half = json.loads(used.stdout)
    yield row(
        f"memory over one file of {LINES:,} lines",
        round(used.peak_rss / _MEGABYTE),
        "MiB at the peak",
        floor=400,
        aim=200,
        at_half=round(half / _MEGABYTE),
        lines=accepted,
        lines_per_cpu_second=round(accepted / used.cpu_seconds),
    )
