"""A process that ingests until it is stopped: ``python -m … URL``.

Its transactions are as long as ``graph.concurrency.pacing`` says. It tells when it has
begun.
"""

import random
import sys

from graph.batch import GraphBatch
from graph.connect import connect
from graph.model import Edge, Noun
from tests.support.graphs import Maker, edge

PEOPLE = 200_000


def main(url: str) -> None:
    """Ingest records, identifiers and what joins them."""
    chance = random.Random(7)  # noqa: S311 - the same every time on purpose
    with connect(url) as store:
        make = Maker(store.namespace)
        number = 0
        while True:
            begin, nodes, edges = number, dict[str, Noun](), list[Edge]()
            while len(nodes) + len(edges) < store.pace.rows:
                record = make.record(str(number), "feed")
                phone = make.identifier(f"+38050{chance.randrange(PEOPLE):07}", "phone")
                nodes |= {record.id: record, phone.id: phone}
                edges.append(edge("HAS", record, phone, times=(number, number)))
                number += 1
            rows = list(nodes.values())
            sent = GraphBatch(id=f"feed:{begin}", nodes=rows, edges=edges)
            store.apply(sent)
            sys.stdout.write("written\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
