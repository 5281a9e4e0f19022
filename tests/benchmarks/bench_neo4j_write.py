"""How fast a Neo4j server takes batches: nodes and edges a second, one writer.

The full schema, warm: the first batches are not counted. Each batch has either nodes
of several labels or edges of several types; half of the edges' ends are met again.
"""

import resource
import statistics
import sys
import time
from collections.abc import Iterator

from graph.batch import GraphBatch
from graph.connect import connect
from graph.model import Edge, Noun
from graph.store import GraphStore
from tests.support.graphs import Maker, edge
from tests.support.measure import row
from tests.support.servers.pool import LARGE, pool
from tests.support.servers.server import Server

_ROWS = 5_000
_BATCHES = 24
_WARM = 12
_MILLION = 1_000_000


def run() -> Iterator[dict[str, object]]:
    """Measure."""
    server = pool(LARGE).server(0)
    with connect(pool(LARGE).empty()) as store:
        make = Maker(store.namespace)
        nodes, edges = Rates(store, server), Rates(store, server)
        for number in range(_BATCHES):
            nouns, joined = _piece(make, number)
            nodes.take(GraphBatch(id=f"nodes {number}", nodes=nouns))
            edges.take(GraphBatch(id=f"edges {number}", edges=joined))
        yield nodes.row("apply nodes", floor=15_000, aim=30_000)
        yield edges.row("apply edges", floor=8_000, aim=13_000)
        for number in range(_BATCHES, _MILLION // (2 * _ROWS)):
            nouns, joined = _piece(make, number)
            store.apply(GraphBatch(id=f"both {number}", nodes=nouns, edges=joined))
    yield row(
        "peak memory of the client, 1M rows applied",
        round(peak_memory() / 1e6),
        "MB",
        floor=600,
        aim=300,
    )


def peak_memory() -> int:
    """Bytes of memory that this process has had at most."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


class Rates:
    """Rows a second of the batches of one sort.

    By the clock, and by the processor of the server, which does nearly all the work:
    on a machine that others use too, the clock says more about them.
    """

    def __init__(self, store: GraphStore, server: Server) -> None:
        self._store, self._server = store, server
        self._wall: list[float] = []
        self._cpu = 0.0
        self._rows = 0

    def take(self, batch: GraphBatch) -> None:
        """Apply a batch."""
        began, used = time.perf_counter(), self._server.cpu_seconds()
        self._store.apply(batch)
        rows = len(batch.nodes) + len(batch.edges)
        self._wall.append(rows / (time.perf_counter() - began))
        if len(self._wall) > _WARM:
            self._rows += rows
            self._cpu += self._server.cpu_seconds() - used

    def row(self, work: str, *, floor: float, aim: float) -> dict[str, object]:
        """The median of the warm batches, and the best of them."""
        warm = self._wall[_WARM:]
        return row(
            work,
            round(statistics.median(warm)),
            "rows/s",
            floor=floor,
            aim=aim,
            best=round(max(warm)),
            per_server_cpu_second=round(self._rows / self._cpu),
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
