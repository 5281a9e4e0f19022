"""Take files in and die at a named point, as kill -9 would have it.

    python tests/support/ingest_until.py STORE_URL POINT COUNT PATH…

POINT is ``before`` or ``after`` (the COUNT-th commit), ``reading`` (the COUNT-th time
that progress is told) or ``never``. Batches are small, so that there are many points;
visits are over after ``IDLE_LINES`` lines of the environment.
"""

import os
import sys

from graph.connect import connect
from ingest.pipeline import ingest
from ingest.settings import IngestSettings
from tests.support.mortal import Fuse, Mortal

SMALL = IngestSettings(shared=True, idle_lines=int(os.environ.get("IDLE_LINES", "400")))


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
