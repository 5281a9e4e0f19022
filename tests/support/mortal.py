"""Processes that are killed at a named point, as ``kill -9`` would do it."""

import os
import signal

from graph.batch import Applied, GraphBatch
from graph.store import GraphStore


class Fuse:
    """Kills a process when a point is passed for the last of so many times.

    Args:
        point: its name; one that nothing passes kills nobody.
        count: how many times.
        victim: whom; 0 is this process itself.
    """

    def __init__(self, point: str, count: int, victim: int = 0) -> None:
        self._point, self._left, self._victim = point, count, victim

    def reach(self, point: str) -> None:
        """Pass a point."""
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                os.kill(self._victim or os.getpid(), signal.SIGKILL)


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
