"""Take files in and die at a named point, as kill -9 would have it.

    python tests/support/ingest_until.py STORE_URL POINT COUNT PATH…

POINT is ``before`` or ``after`` (the COUNT-th commit), ``reading`` (the COUNT-th time
that progress is told) or ``never``. Batches are small, so that there are many points;
visits are over after ``IDLE_LINES`` lines of the environment.
"""

import os
import signal
import sys

from graph.batch import Applied, GraphBatch
from graph.connect import connect
from graph.store import GraphStore
from ingest.pipeline import ingest
from ingest.settings import IngestSettings

SMALL = IngestSettings(shared=True, idle_lines=int(os.environ.get("IDLE_LINES", "400")))


class Fuse:
    """Kills this process at the point it was set to."""

    def __init__(self, point: str, count: int) -> None:
        self.point, self.left = point, count

    def reach(self, point: str) -> None:
        """Pass a point."""
        if point == self.point:
            self.left -= 1
            if not self.left:
                os.kill(os.getpid(), signal.SIGKILL)


class Mortal:
    """A store whose commits pass by a fuse; everything else is the store's own."""

    def __init__(self, store: GraphStore, fuse: Fuse) -> None:
        self._store, self._fuse = store, fuse

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def apply(self, batch: GraphBatch) -> Applied:
        self._fuse.reach("before")
        done = self._store.apply(batch)
        self._fuse.reach("after")
        return done


def main(url: str, point: str, count: str, *paths: str) -> None:
    """Take the paths in."""
    fuse = Fuse(point, int(count))
    with connect(url) as store:
        ingest(
            paths,
            Mortal(store, fuse),
            settings=SMALL,
            progress=lambda *_: fuse.reach("reading"),
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
