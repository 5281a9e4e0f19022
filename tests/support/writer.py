"""A process that writes: ``python -m tests.support.writer URL NAME BATCHES ROWS``.

Every batch holds ROWS records, one identifier and its edges, so that a reader can tell
a torn batch from a whole one. The number of each committed batch goes to stdout.
"""

import sys

from graph.connect import connect
from graph.model import Edge, Noun
from tests.support.graphs import Maker, batch, edge


def items(make: Maker, name: str, number: int, rows: int) -> list[Noun | Edge]:
    """What one batch holds."""
    shared = make.identifier(f"{name}-{number}@example.org")
    records = [make.record(f"{number}-{row}", name) for row in range(rows)]
    return [shared, *records, *(edge("HAS", one, shared) for one in records)]


def main(url: str, name: str, batches: int, rows: int) -> None:
    """Write batches one after another."""
    with connect(url) as store:
        make = Maker(store.namespace)
        for number in range(batches):
            sent = batch(f"{name}-{number}", items(make, name, number, rows))
            done = store.apply(sent)
            sys.stdout.write(f"{done.seq}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
