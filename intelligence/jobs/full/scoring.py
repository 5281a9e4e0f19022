"""The run that says what follows from who is who.

Relationships, influence and moods are found on a snapshot for marketing, in which no
fraud evidence is; links on one for fraud teams, which may see what marketing found.
"""

from graph import snapshot
from graph.ids import Ids
from graph.progress import Progress, silent
from graph.store import GraphStore
from intelligence import parties as people
from intelligence.influence.influence import influence
from intelligence.jobs.full import conclusions
from intelligence.jobs.runs.changes import difference
from intelligence.jobs.runs.report import RunReport
from intelligence.jobs.runs.running import Clock, Running, running, wall_clock
from intelligence.linked import linked
from intelligence.relationships.relate import METHOD, relate
from intelligence.sentiment import findings


def score(
    store: GraphStore, *, progress: Progress = silent, clock: Clock = wall_clock
) -> RunReport:
    """Find households, employers, ties, influence, moods and links; write changes.

    Args:
        store: where from and where to.
        progress: told how far it is.
        clock: UTC microseconds, for the run's own times.

    Raises:
        LeaseHeld: another process scores now.
    """
    with running(store, "score", METHOD, clock) as run:
        found = _marketing(store, run, progress)
        found |= _fraud(store, run, progress)
        report = RunReport(
            run=run.id,
            kind="score",
            method=METHOD,
            watermark=run.watermark,
            found=found,
            written=run.written,
        )
        run.finish(report, clock())
    return report


def _marketing(store: GraphStore, run: Running, progress: Progress) -> dict[str, int]:
    """Relationships, influence and moods."""
    taken = snapshot.take(store, people.MARKETING, at=run.watermark, progress=progress)
    ids, parties = Ids(store.namespace), people.read(taken)
    wanted = conclusions.marketing()
    progress("relationships", 0, None)
    relations = relate(taken, parties, ids)
    conclusions.add_relations(wanted, relations, parties)
    progress("influence", 0, None)
    moved = influence(taken, parties, relations.ties)
    conclusions.add_influence(wanted, moved, parties, ids)
    progress("sentiment", 0, None)
    moods = findings.moods(taken)
    conclusions.add_moods(wanted, moods, taken.ids("Interaction"), ids)
    lost = findings.unconverted(taken, parties, moods)
    conclusions.add_unconverted(wanted, lost, parties, ids)
    _write(store, run, wanted, progress)
    return {
        "households": len(relations.household_ids),
        "employments": len(relations.employments.titles),
        "ties": len(relations.ties.kind),
        "influence scores": len(moved.value),
        "moods": len(moods.readings),
        "visitors who did not buy": len(lost),
    }


def _fraud(store: GraphStore, run: Running, progress: Progress) -> dict[str, int]:
    """Links and rings; households as they have just been written."""
    at = store.watermark()
    taken = snapshot.take(store, linked.PROJECTION, at=at, progress=progress)
    ids, parties = Ids(store.namespace), people.read(taken)
    progress("links", 0, None)
    links = linked.links(taken, parties)
    rings = linked.rings(taken, parties, links, ids)
    wanted = conclusions.fraud()
    conclusions.add_rings(wanted, rings, parties, ids)
    _write(store, run, wanted, progress)
    return {"links": len(links.score), "rings": len(rings.ids)}


def _write(
    store: GraphStore, run: Running, wanted: conclusions.Wanted, progress: Progress
) -> None:
    progress("compare", 0, None)
    found = difference(store, wanted, store.watermark())
    run.written.kept += found.kept
    run.write(found.changes, progress)
