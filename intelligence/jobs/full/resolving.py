"""The run that says who is who."""

from typing import cast

import numpy as np

from graph import snapshot
from graph.columnar.arrays import column
from graph.columnar.idcolumns import hexed, matrix
from graph.ids import Ids
from graph.model import Value
from graph.progress import Progress, silent
from graph.query import Scan
from graph.snapshot import Snapshot
from graph.store import GraphStore
from intelligence.identity import engine, stored
from intelligence.identity.columns.records import PROJECTION
from intelligence.identity.parties import golden
from intelligence.identity.parties.parties import Previous, assign
from intelligence.identity.parties.survivorship import DEFAULT, Survivorship
from intelligence.identity.reviewing import stakes
from intelligence.identity.reviewing.questions import questions
from intelligence.identity.stored import Weighed
from intelligence.jobs.deciding import hanging, reviews
from intelligence.jobs.deciding.upholding import uphold
from intelligence.jobs.full import homing
from intelligence.jobs.full.rehanging import rehang
from intelligence.jobs.runs import models
from intelligence.jobs.runs.changes import Change
from intelligence.jobs.runs.due import Basis
from intelligence.jobs.runs.report import RunReport
from intelligence.jobs.runs.running import Clock, running, wall_clock
from intelligence.tables import ends, ints

METHOD = engine.METHOD


def resolve(
    store: GraphStore,
    *,
    rules: Survivorship = DEFAULT,
    model: str | None = None,
    progress: Progress = silent,
    clock: Clock = wall_clock,
) -> RunReport:
    """Decide which records are of one party, and write what has changed.

    Args:
        store: where from and where to.
        rules: of golden attributes.
        model: id of a kept model to weigh by; None: learn one anew. Either becomes the
            active one when the run has succeeded.
        progress: told how far it is.
        clock: UTC microseconds, for the run's own times.

    Raises:
        LeaseHeld: another process resolves now.
        NotFound: no model has the id.
    """
    given = None if model is None else models.blob(models.named(store, model))
    with running(store, "resolve", METHOD, clock) as run:
        progress = run.attentive(progress)
        taken = snapshot.take(store, PROJECTION, at=run.watermark, progress=progress)
        spent = stakes.read(
            snapshot.take(store, stakes.PROJECTION, at=run.watermark),
            taken.ids("Record"),
        )
        progress("resolve", 0, taken.count("Record"))
        found = stored.weigh(
            taken,
            secret=models.secret(store),
            model=given,
            spent=spent,
            progress=progress,
        )
        progress("resolve", len(found.records), len(found.records))
        kept = models.kept(store, given or found.model, _learned(found), clock())
        run.note("model", [kept] if kept.seq is None else [])
        ids = Ids(store.namespace)
        before = previous(taken, _used(store, run.watermark))
        records = found.records.ids, found.records.seq
        named = assign(found.cluster, records, before, ids)
        parties = golden.parties(found.records, named, METHOD, rules)
        homes = homing.Homes(found, named, parties, before, METHOD)
        changes = homing.changes(store, homes, run.watermark, run.written)
        run.write(changes, progress)
        heirs = hanging.outdated(store, set(named.redirects.values()))
        run.write([Change(nodes=[score]) for score in heirs], progress)
        uphold(store, run.watermark, rules)
        rehang(store, run.watermark, run.id, rules)
        who = found.records.ids, named.party, named.ids
        asked = questions(found.doubts, who, spent, ids) if found.doubts else []
        reviews.replace(store, asked, run.id, clock(), watermark=run.watermark)
        report = RunReport(
            run=run.id,
            kind="resolve",
            method=METHOD,
            watermark=run.watermark,
            found={"records": len(found.records), "parties": len(named.ids)},
            written=run.written,
        )
        basis = Basis(
            records=len(found.records),
            levels=found.levels or {},
            means=dict(zip(spent.currencies, spent.means, strict=True)),
        )
        run.finish(report, clock(), models.activated(store, kept), basis.noted())
    return report


def _learned(found: Weighed) -> dict[str, Value]:
    """What a model says of the run that learned it."""
    return {
        "records": len(found.records),
        "pairs compared": found.compared,
        "notes": [*found.notes],
    }


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
