"""The run that says who is who."""

from dataclasses import dataclass
from typing import cast

import numpy as np

from graph import snapshot
from graph.arrays import column
from graph.idcolumns import hexed, matrix
from graph.ids import Ids
from graph.model import Edge, Value
from graph.progress import Progress, silent
from graph.query import Scan
from graph.schema import EdgeKind
from graph.snapshot import Snapshot
from graph.store import GraphStore
from intelligence.arrays import listed
from intelligence.identity import engine, golden, stakes, stored
from intelligence.identity.doubts import Doubts
from intelligence.identity.parties import Parties, Previous, assign
from intelligence.identity.questions import questions
from intelligence.identity.records import PROJECTION
from intelligence.identity.resolve import METHOD, Resolution
from intelligence.identity.resolve import resolve as find_parties
from intelligence.identity.stakes import Spent
from intelligence.identity.survivorship import DEFAULT, Survivorship
from intelligence.jobs import models, reviews
from intelligence.jobs.changes import Wanted, current_edges, difference
from intelligence.jobs.rehanging import rehang
from intelligence.jobs.report import RunReport
from intelligence.jobs.running import Clock, running, wall_clock
from intelligence.jobs.upholding import uphold
from intelligence.tables import ends, ints


@dataclass(frozen=True)
class Weighing:
    """How evidence is weighed.

    Attributes:
        model: id of a kept model to weigh by; None: learn one, keep it, make it active.
    """

    model: str | None = None


def resolve(
    store: GraphStore,
    *,
    rules: Survivorship = DEFAULT,
    weighing: Weighing | None = None,
    progress: Progress = silent,
    clock: Clock = wall_clock,
) -> RunReport:
    """Decide which records are of one party, and write what has changed.

    Args:
        store: where from and where to.
        rules: of golden attributes.
        weighing: weigh evidence (``engine``) instead of joining by exact identifiers.
        progress: told how far it is.
        clock: UTC microseconds, for the run's own times.

    Raises:
        LeaseHeld: another process resolves now.
    """
    method = METHOD if weighing is None else engine.METHOD
    with running(store, "resolve", method, clock) as run:
        taken = snapshot.take(store, PROJECTION, at=run.watermark, progress=progress)
        progress("resolve", 0, taken.count("Record"))
        spent = stakes.read(
            snapshot.take(store, stakes.PROJECTION, at=run.watermark),
            taken.ids("Record"),
        )
        resolution, doubts = _resolution(
            store, taken, weighing, spent, (progress, clock)
        )
        progress("resolve", len(resolution.records), len(resolution.records))
        ids = Ids(store.namespace)
        before = previous(taken, _used(store, run.watermark))
        records = resolution.records.ids, resolution.records.seq
        named = assign(resolution.cluster, records, before, ids)
        wanted = _wanted(store, resolution, named, run.watermark)
        for party in golden.parties(resolution.records, named, method, rules):
            wanted.node(party)
        found = difference(store, wanted, run.watermark)
        run.written.kept = found.kept
        run.write(found.changes, progress)
        uphold(store, run.watermark, rules)
        rehang(store, run.watermark, run.id, rules)
        who = resolution.records.ids, named.party, named.ids
        asked = questions(doubts, who, spent, ids) if doubts else []
        reviews.replace(store, asked, run.id, clock())
        report = RunReport(
            run=run.id,
            kind="resolve",
            method=method,
            watermark=run.watermark,
            found={"records": len(resolution.records), "parties": len(named.ids)},
            written=run.written,
        )
        run.finish(report, clock())
    return report


def _resolution(
    store: GraphStore,
    taken: Snapshot,
    weighing: Weighing | None,
    spent: Spent,
    surroundings: tuple[Progress, Clock],
) -> tuple[Resolution, Doubts | None]:
    if weighing is None:
        return find_parties(taken), None
    progress, clock = surroundings
    given = None
    if weighing.model is not None:
        given = models.blob(models.named(store, weighing.model))
    made = stored.weigh(
        taken,
        secret=models.secret(store),
        model=given,
        spent=spent,
        progress=progress,
    )
    report: dict[str, Value] = {
        "records": len(made.resolution.records),
        "pairs compared": made.resolution.links,
        "notes": [*made.notes],
    }
    models.keep(store, given or made.model, report, clock())
    return made.resolution, made.doubts


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
