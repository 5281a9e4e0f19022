"""How fast a Neo4j server takes batches: nodes and edges a second, one writer.

The full schema, warm: the first batches are not counted. Each batch has either nodes
of several labels or edges of several types; half of the edges' ends are met again.
"""

import statistics
import time
from collections.abc import Iterator

from graph.batch import GraphBatch
from graph.connect import connect
from graph.model import Edge, Noun
from graph.store import GraphStore
from tests.support.graphs import Maker, edge
from tests.support.measure import row
from tests.support.servers.pool import LARGE, pool

_ROWS = 5_000
_BATCHES = 24
_WARM = 12


def run() -> Iterator[dict[str, object]]:
    """Measure."""
    with connect(pool(LARGE).empty()) as store:
        make = Maker(store.namespace)
        nodes: list[float] = []
        edges: list[float] = []
        for number in range(_BATCHES):
            nouns, joined = _piece(make, number)
            nodes.append(_rate(store, GraphBatch(id=f"nodes {number}", nodes=nouns)))
            edges.append(_rate(store, GraphBatch(id=f"edges {number}", edges=joined)))
    yield _row("apply nodes", nodes, floor=15_000, aim=30_000)
    yield _row("apply edges", edges, floor=8_000, aim=13_000)


def _row(
    work: str, rates: list[float], *, floor: float, aim: float
) -> dict[str, object]:
    """The median of the warm batches, and the best of them."""
    warm = rates[_WARM:]
    return row(
        work,
        round(statistics.median(warm)),
        "rows/s",
        floor=floor,
        aim=aim,
        best=round(max(warm)),
        batches=len(warm),
        rows=_ROWS,
    )


def _piece(make: Maker, number: int) -> tuple[list[Noun], list[Edge]]:
    """Records with versions, identifiers and visits, and the edges among them."""
    nouns: list[Noun] = []
    joined: list[Edge] = []
    for n in range(_ROWS // 4):
        key = f"{number}-{n}"
        record, email = make.record(key), make.identifier(f"{key}@example.org")
        version, of = make.version(record, n, name_full=f"Name {key}")
        visit, by = make.visit(record, key, n)
        nouns += [record, email, version, visit]
        joined += [of, by, edge("HAS", record, email, times=(n, n + 1))]
        joined.append(edge("STATES", record, nouns[0], key=f"friend/{n}"))
    return nouns, joined


def _rate(store: GraphStore, batch: GraphBatch) -> float:
    began = time.perf_counter()
    store.apply(batch)
    return (len(batch.nodes) + len(batch.edges)) / (time.perf_counter() - began)
