"""Whether canonical values, and what was concluded from them, are of today."""

from graph.bookkeeping import Run
from graph.ids import Ids
from graph.query import Find
from graph.rewriting import MARK
from graph.store import GraphStore

KINDS = ("resolve", "score")
"""Runs that conclude from canonical values, in the order in which they are run."""


def rewritten_at(store: GraphStore) -> int:
    """Number of the transaction that last made canonical values anew; 0 before any."""
    [mark] = store.get([Ids(store.namespace).of("Setting", MARK)])
    return 0 if mark is None else mark.seq or 0


def stale_runs(store: GraphStore) -> list[str]:
    """Kinds of runs whose latest one read canonical values of before."""
    since = rewritten_at(store)
    return [
        kind
        for kind in KINDS
        if (last := _last(store, kind)) is not None and (last.watermark or 0) < since
    ]


def _last(store: GraphStore, kind: str) -> Run | None:
    query = Find(
        label="Run",
        attribute="started_at",
        within=(kind,),
        descending=True,
        limit=20,
    )
    found = (run for run in store.find(query) if isinstance(run, Run))
    return next((run for run in found if run.state == "done"), None)
