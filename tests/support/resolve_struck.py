"""Resolve until something is killed, as ``kill -9`` would do it.

    python -m tests.support.resolve_struck URL INDEX POINT COUNT PID online|increment

Resolves twelve newcomers one by one, or all that is new, in a store of either engine.
The COUNT-th time that POINT of a transaction is passed, the process PID is killed; 0 is
this process itself, and a POINT that there is none kills nobody. The record of each
acknowledged answer goes to stdout.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from graph.neo4j.place import place_of
from graph.neo4j.sessions import Sessions
from graph.neo4j.store import Neo4jStore
from graph.sqlite.open import Connections
from graph.sqlite.place import path_of
from graph.sqlite.store import SqliteStore
from graph.sqlite.writer import Writer
from graph.store import GraphStore
from intelligence.jobs.assigning import Resolver
from intelligence.jobs.increments import increment
from intelligence.jobs.index import Index
from intelligence.jobs.indexed import Indexed
from tests.support.arrivals import arrival
from tests.support.mortal import Fuse

NEWCOMERS = [(60 + number // 2, ("web", "app")[number % 2]) for number in range(12)]
POINTS = ("begun", "nodes written", "edges written", "before commit", "committed")
"""Points that the transactions of both engines pass."""


def opened(url: str, faults: Callable[[str], None]) -> GraphStore:
    """A store whose transactions tell of the points that they pass."""
    if not url.startswith("sqlite:"):
        return Neo4jStore(Sessions(place_of(url), faults=faults))
    connections = Connections(path_of(url))
    return SqliteStore(url, connections, writer=Writer(connections, faults=faults))


def main(url: str, place: str, fuse: Fuse, what: str) -> None:
    """Resolve until the point."""
    with opened(url, fuse.reach) as store:
        index = Indexed(Index.open(store, Path(place), url=url))
        if what == "increment":
            increment(store, index)
            return
        resolver = Resolver(store, index)
        for number, source in NEWCOMERS:
            (answer,) = resolver.resolve([arrival(number, source)])
            sys.stdout.write(f"{answer.record}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(
        *sys.argv[1:3],
        Fuse(sys.argv[3], int(sys.argv[4]), int(sys.argv[5])),
        sys.argv[6],
    )
