"""The run that says who is who."""

from typing import cast

import numpy as np

from graph import snapshot
from graph.arrays import column
from graph.idcolumns import hexed, matrix
from graph.ids import Ids
from graph.model import Edge
from graph.progress import Progress, silent
from graph.query import Scan
from graph.schema import EdgeKind
from graph.snapshot import Snapshot
from graph.store import GraphStore
from intelligence.arrays import listed
from intelligence.identity import golden
from intelligence.identity.parties import Parties, Previous, assign
from intelligence.identity.records import PROJECTION
from intelligence.identity.resolve import METHOD, Resolution
from intelligence.identity.resolve import resolve as find_parties
from intelligence.identity.survivorship import DEFAULT, Survivorship
from intelligence.jobs.changes import Wanted, current_edges, difference
from intelligence.jobs.report import RunReport
from intelligence.jobs.running import Clock, running, wall_clock
from intelligence.tables import ends, ints


def resolve(
    store: GraphStore,
    *,
    rules: Survivorship = DEFAULT,
    progress: Progress = silent,
    clock: Clock = wall_clock,
) -> RunReport:
    """Decide which records are of one party, and write what has changed.

    Args:
        store: where from and where to.
        rules: of golden attributes.
        progress: told how far it is.
        clock: UTC microseconds, for the run's own times.

    Raises:
        LeaseHeld: another process resolves now.
    """
    with running(store, "resolve", METHOD, clock) as run:
        taken = snapshot.take(store, PROJECTION, at=run.watermark, progress=progress)
        progress("resolve", 0, taken.count("Record"))
        resolution = find_parties(taken)
        progress("resolve", len(resolution.records), len(resolution.records))
        ids = Ids(store.namespace)
        before = previous(taken, _used(store, run.watermark))
        records = resolution.records.ids, resolution.records.seq
        named = assign(resolution.cluster, records, before, ids)
        wanted = _wanted(store, resolution, named, run.watermark)
        records_, method = resolution.records, resolution.method
        for party in golden.parties(records_, named, method, rules):
            wanted.node(party)
        found = difference(store, wanted, run.watermark)
        run.written.kept = found.kept
        run.write(found.changes, progress)
        report = RunReport(
            run=run.id,
            kind="resolve",
            method=METHOD,
            watermark=run.watermark,
            found={"records": len(resolution.records), "parties": len(named.ids)},
            written=run.written,
        )
        run.finish(report, clock())
    return report


def previous(taken: Snapshot, used: frozenset[str]) -> Previous:
    """Who was who, by the parties and ``OF`` of a snapshot.

    Args:
        taken: holds what ``PROJECTION`` asks for.
        used: every id that a party ever had.
    """
    edges = taken.between("OF", "Record", "Party")
    record, party = ends(edges)
    age = np.full(taken.count("Party"), np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(age, party, ints(edges, "seq"))
    return Previous(taken.ids("Party"), age, record, party, used)


def _used(store: GraphStore, at: int) -> frozenset[str]:
    """Ids of all parties there are or were."""
    scan = Scan(at=at, columns=(), past=True)
    found: set[str] = set()
    for batch in store.scan_nodes("Party", scan):
        found.update(cast("list[str]", hexed(matrix(column(batch, "id"))).to_pylist()))
    return frozenset(found)


def _wanted(
    store: GraphStore, resolution: Resolution, named: Parties, at: int
) -> Wanted:
    """The conclusions of a resolution; redirects of older runs among them."""
    wanted = Wanted({"Party": None}, (EdgeKind.OF, EdgeKind.MERGED_INTO))
    alive = set(named.ids)
    for source, target in sorted(named.redirects.items()):
        wanted.edge(Edge(type=EdgeKind.MERGED_INTO, source=source, target=target))
    for edge in current_edges(store, EdgeKind.MERGED_INTO, at):
        if edge.source not in alive and edge.source not in named.redirects:
            wanted.edge(edge)
    rows = zip(
        resolution.records.ids,
        listed(named.party),
        resolution.probability.tolist(),
        strict=True,
    )
    for record, party, probability in rows:
        wanted.edge(
            Edge(
                type=EdgeKind.OF,
                source=record,
                target=named.ids[party],
                weight=probability,
                attributes={"method": resolution.method},
            )
        )
    return wanted
