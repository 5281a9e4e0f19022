"""Resolve until the process is killed, as ``kill -9`` would do it.

    python -m tests.support.resolve_struck PATH POINT COUNT online|increment

Resolves twelve newcomers one by one, or all that is new, in the SQLite store at PATH.
The COUNT-th time that POINT of a transaction is passed, the process kills itself; it
does not at a POINT that there is none. The record of each acknowledged answer goes to
stdout.
"""

import sys
from pathlib import Path

from graph.sqlite.open import Connections
from graph.sqlite.store import SqliteStore
from graph.sqlite.writer import Writer
from intelligence.jobs.assigning import Resolver
from intelligence.jobs.increments import increment
from intelligence.jobs.index import Index
from intelligence.jobs.indexed import Indexed
from tests.support.arrivals import arrival
from tests.support.striker import strike_at

NEWCOMERS = [(60 + number // 2, ("web", "app")[number % 2]) for number in range(12)]


def main(path: Path, point: str, count: int, what: str) -> None:
    """Resolve until the point."""
    connections = Connections(path)
    writer = Writer(connections, faults=strike_at(point, count))
    with SqliteStore(f"sqlite:///{path}", connections, writer=writer) as store:
        index = Indexed(Index.open(store, path.with_name("index")))
        if what == "increment":
            increment(store, index)
            return
        resolver = Resolver(store, index)
        for number, source in NEWCOMERS:
            (answer,) = resolver.resolve([arrival(number, source)])
            sys.stdout.write(f"{answer.record}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])
