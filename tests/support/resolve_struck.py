"""Resolve until something is killed, as ``kill -9`` would do it.

    python -m tests.support.resolve_struck URL INDEX POINT COUNT PID online|increment

Resolves twelve newcomers one by one, or all that is new, in a store of either engine.
The COUNT-th time that POINT of a transaction is passed, the process PID is killed; 0 is
this process itself, and a POINT that there is none kills nobody. The record of each
acknowledged answer goes to stdout.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from graph.connect import connect
from graph.hashing import facts_hash, view_hash
from graph.neo4j.place import place_of
from graph.neo4j.sessions import Sessions
from graph.neo4j.store import Neo4jStore
from graph.sqlite.open import Connections
from graph.sqlite.place import path_of
from graph.sqlite.store import SqliteStore
from graph.sqlite.writer import Writer
from graph.store import GraphStore
from intelligence.jobs.arriving.assigning import Resolver
from intelligence.jobs.arriving.indexed import Indexed
from intelligence.jobs.increments.increments import increment
from intelligence.jobs.index import Index
from tests.support.arrivals import SOURCES, arrival, ingested, resolved
from tests.support.mortal import Fuse

NEWCOMERS = [(60 + number // 2, ("web", "app")[number % 2]) for number in range(12)]
MORE = [(n, source) for n in range(0, 90, 3) for source in SOURCES[2:]]
POINTS = ("begun", "nodes written", "edges written", "before commit", "committed")
"""Points that the transactions of both engines pass."""

CALM = "never", 1, 0
Hashes = tuple[str, str]
Strike = tuple[str, int, int]
"""POINT, COUNT and PID."""


def opened(url: str, faults: Callable[[str], None]) -> GraphStore:
    """A store whose transactions tell of the points that they pass."""
    if not url.startswith("sqlite:"):
        return Neo4jStore(Sessions(place_of(url), faults=faults))
    connections = Connections(path_of(url))
    return SqliteStore(url, connections, writer=Writer(connections, faults=faults))


def begin(store: GraphStore, what: str) -> None:
    """A resolved store, with news for an increment."""
    resolved(store)
    if what == "increment":
        ingested(store, [*NEWCOMERS, *MORE], "more")


def work(store: GraphStore, index: Indexed, what: str) -> Iterator[str]:
    """Do all there is to do; the record of each answer."""
    if what == "increment":
        increment(store, index)
        return
    resolver = Resolver(store, index)
    for number, source in NEWCOMERS:
        (answer,) = resolver.resolve([arrival(number, source)])
        yield answer.record


def undisturbed(folder: Path, what: str) -> Hashes:
    """How it ends where nobody is killed."""
    with connect(f"sqlite:///{folder / 'graph.db'}") as store:
        begin(store, what)
        index = Indexed(Index.open(store, folder / "index"))
        told = list(work(store, index, what))
        assert len(told) == (len(NEWCOMERS) if what == "online" else 0)
        return hashes(store)


def hashes(store: GraphStore) -> Hashes:
    """What two stores that hold the same have in common."""
    return facts_hash(store), view_hash(store)


def struck(url: str, folder: Path, what: str, strike: Strike) -> tuple[int, list[str]]:
    """Exit code and records told of, of this program."""
    point, count, victim = strike
    command = [sys.executable, "-m", "tests.support.resolve_struck", url]
    done = subprocess.run(
        [*command, str(folder / "index"), point, str(count), str(victim), what],
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.returncode, done.stdout.split()


def main(url: str, place: str, fuse: Fuse, what: str) -> None:
    """Resolve until the point."""
    with opened(url, fuse.reach) as store:
        index = Indexed(Index.open(store, Path(place), url=url))
        for record in work(store, index, what):
            sys.stdout.write(f"{record}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(
        *sys.argv[1:3],
        Fuse(sys.argv[3], int(sys.argv[4]), int(sys.argv[5])),
        sys.argv[6],
    )
