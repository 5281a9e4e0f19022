"""Renormalise a store and die at a commit, as kill -9 would have it.

    python tests/support/renormalize_until.py STORE_URL POINT COUNT

POINT is ``before`` or ``after`` the COUNT-th commit. Batches are as small as possible.
"""

import sys
from typing import cast

import msgspec

from graph.concurrency.pacing import Pace
from graph.connect import connect
from graph.query import Capabilities
from graph.store import GraphStore
from ingest.renormalizing.renormalizing import renormalize
from tests.support.mortal import Fuse, Mortal

ROWS = 80


class Small(Mortal):
    """A store that takes small batches."""

    @property
    def capabilities(self) -> Capabilities:
        return msgspec.structs.replace(self._store.capabilities, batch_rows=ROWS)

    @property
    def pace(self) -> Pace:
        return Pace(self.capabilities)


def small(store: GraphStore, point: str = "never", count: int = 0) -> GraphStore:
    """A store that takes small batches, and may kill this process."""
    return cast("GraphStore", Small(store, Fuse(point, count)))


def main(url: str, point: str, count: str) -> None:
    """Renormalise until the point."""
    with connect(url) as store:
        renormalize(small(store, point, int(count)))


if __name__ == "__main__":
    main(*sys.argv[1:])
