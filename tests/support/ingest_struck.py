"""Take files into a Neo4j store until something is killed in a transaction.

    python -m tests.support.ingest_struck STORE_URL POINT COUNT PID PATH…

The COUNT-th time that POINT of a transaction (``graph.neo4j.sessions.Faults``) is
passed, the process PID is killed, as ``kill -9`` would do it; 0 is this process itself,
and ``never`` is no point. The number of each batch goes to stdout when its commit was
acknowledged.
"""

import sys

from graph.batch import Applied, GraphBatch
from graph.neo4j.place import place_of
from graph.neo4j.sessions import Sessions
from graph.neo4j.store import Neo4jStore
from graph.store import GraphStore
from ingest.pipeline import ingest
from tests.support.ingest_until import SMALL
from tests.support.mortal import Fuse


class Told:
    """A store that tells of every acknowledged batch."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def apply(self, batch: GraphBatch) -> Applied:
        done = self._store.apply(batch)
        sys.stdout.write(f"{done.seq}\n")
        sys.stdout.flush()
        return done


def main(url: str, point: str, count: str, victim: str, *paths: str) -> None:
    """Take the paths in."""
    fuse = Fuse(point, int(count), int(victim))
    sessions = Sessions(place_of(url), faults=fuse.reach)
    with Neo4jStore(sessions) as store:
        ingest(paths, Told(store), settings=SMALL)


if __name__ == "__main__":
    main(*sys.argv[1:])
