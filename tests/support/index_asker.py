"""A process that asks an identity index, and tells how long that took.

    python -m tests.support.index_asker STORE_URL PLACE ASKED

ASKED is a pickle of ``town_tables.Asked``. "ready" follows the first answer; then one
JSON line: seconds of each further answer by the clock and of the thread's processor
time, and how many candidates there were; after a line on stdin one more: memory.
"""

import json
import pickle
import sys
import time
from pathlib import Path
from typing import Any

from graph.connect import connect
from intelligence.jobs.index import Index, Rows, rows_of


def memory() -> dict[str, int]:
    """Bytes of this process: resident, its share of all pages, and its own."""
    told: dict[str, int] = {}
    for line in Path("/proc/self/smaps_rollup").read_text("utf-8").splitlines()[1:]:
        name, size, *_ = line.split()
        told[name.rstrip(":")] = int(size) * 1024
    return {name: told[name] for name in ("Rss", "Pss", "Anonymous")}


def tell(what: object) -> None:
    """One line."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main(url: str, place: str, path: str) -> None:
    """Ask them all."""
    asked: Any = pickle.loads(Path(path).read_bytes())  # noqa: S301 - the parent's own

    def one(at: int) -> Rows:
        here = slice(at, at + 1)
        return rows_of(
            [""], asked.sources[here], asked.organization[here], asked.said[here]
        )

    with connect(url, create=False) as store:
        index = Index.open(store, Path(place))
        index.near(one(0))
        tell("ready")
        wall, cpu, candidates = list[float](), list[float](), list[int]()
        for at in range(1, len(asked.said)):
            begin, spent = time.perf_counter(), time.thread_time()
            near = index.near(one(at))
            cpu.append(time.thread_time() - spent)
            wall.append(time.perf_counter() - begin)
            candidates.append(len(near.record))
        tell({"wall": wall, "cpu": cpu, "candidates": candidates})
        while sys.stdin.readline():
            tell(memory())


if __name__ == "__main__":
    main(*sys.argv[1:])
