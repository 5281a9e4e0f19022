"""Who is who in a store, by weighed evidence: a snapshot as the engine's table."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pyarrow as pa

from graph.model import Texts
from graph.progress import Progress, silent
from graph.schema import FRAUD_KINDS
from graph.snapshot import Snapshot
from intelligence.arrays import listed
from intelligence.identity import decisions, engine, records
from intelligence.identity.doubts import Doubts
from intelligence.identity.records import Records
from intelligence.identity.resolve import Resolution
from intelligence.identity.stakes import Spent, stakes
from intelligence.identity.table import Column, RecordTable
from intelligence.tables import decoded, ends, times


@dataclass(frozen=True)
class Weighed:
    """A resolution by weights, the model that holds them, and what it doubts."""

    resolution: Resolution
    model: bytes
    notes: list[str]
    doubts: Doubts | None = None


def weigh(
    snapshot: Snapshot,
    *,
    secret: bytes,
    model: bytes | None = None,
    spent: Spent | None = None,
    progress: Progress = silent,
) -> Weighed:
    """Find which records are of one party.

    Args:
        snapshot: must hold what ``records.PROJECTION`` asks for.
        secret: key of the hashes in models.
        model: to weigh by; None: learned from the snapshot.
        spent: what records bought; with it, the questions worth asking are found.
        progress: told how far it is.
    """
    found, _ = records.read(snapshot)
    stands = decisions.standing(snapshot)
    made = engine.resolve(
        table_of(snapshot, found),
        decided=engine.Decided(stands.same, stands.different),
        model=model,
        settings=engine.Settings(secret=secret),
        stakes=None if spent is None else stakes(len(found), spent),
        progress=progress,
    )
    resolution = Resolution(
        found, made.cluster, made.probability, made.report.compared, engine.METHOD
    )
    return Weighed(resolution, made.model, made.report.notes, made.doubts)


def table_of(snapshot: Snapshot, found: Records) -> RecordTable:
    """What the records last said, attribute by attribute, and how it was written.

    Evidence for fraud teams takes no part.
    """
    _, source = np.unique(np.array(found.sources, dtype=object), return_inverse=True)
    return RecordTable(
        ids=found.ids,
        source=source.reshape(-1).astype(np.int64),
        organization=found.organization,
        values=_columns(found.values),
        raw=_columns(_raw(snapshot, len(found))),
    )


def _columns(said: list[Texts]) -> dict[str, Column]:
    names = sorted({name for one in said for name in one} - set(FRAUD_KINDS))
    columns = {
        name: Column.listed([one.get(name, []) for one in said]) for name in names
    }
    return {name: column for name, column in columns.items() if len(column.code)}


def _raw(snapshot: Snapshot, count: int) -> list[Texts]:
    """What each record last said, as it was written."""
    table = snapshot.nodes("Version")
    version, record = ends(snapshot.between("VERSION_OF", "Version", "Record"))
    when = times(table, "observed_at")
    order = np.lexsort((version, when[version]))
    raw = decoded(table.take(cast("Any", pa.array(version[order]))), "raw", Texts)
    found: list[Texts] = [{} for _ in range(count)]
    for row, said in zip(listed(record[order]), raw, strict=True):
        found[row].update({name: texts for name, texts in said.items() if texts})
    return found
