"""The nodes of a refreshed snapshot, and where those of the old one went."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graph.columnar import idcolumns
from graph.model import Noun
from graph.snapshot.batches import node_batch
from graph.snapshot.fraud import without_fraud
from graph.snapshot.snapshot import Snapshot
from graph.snapshot.splicing import Splice
from graph.snapshot.taking import node_table, scanned_attributes
from graph.snapshot.touched import Touched
from graph.snapshot.windows import nodes_within
from graph.store import GraphStore

ASKED = 1_000
"""Ids in one question."""


@dataclass(slots=True)
class Nodes:
    """Nodes now.

    Attributes:
        now: a snapshot without edges.
        rows: of each row of the old snapshot the row now; -1 where it left.
        entered: ids that were not there, by label.
        still: every row is where it was.
    """

    now: Snapshot
    rows: NDArray[np.int64]
    entered: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    still: bool = True


def refreshed_nodes(
    store: GraphStore, old: Snapshot, changed: Touched, watermark: int
) -> Nodes:
    """The nodes of a snapshot at a later watermark."""
    tables: dict[str, pa.Table] = {}
    places: list[NDArray[np.int64]] = []
    entered: dict[str, list[str]] = {}
    for label in old.labels:
        table, moved = old.nodes(label), None
        if ids := sorted(changed.nodes.get(label, ())):
            fresh = _read(store, old, label, ids, watermark)
            table, moved, entered[label] = _spliced(old, label, ids, fresh)
        tables[f"nodes/{label}"] = table
        places.append(np.arange(old.count(label)) if moved is None else moved)
    counts = {label: tables[f"nodes/{label}"].num_rows for label in old.labels}
    bare = msgspec.structs.replace(
        old.manifest, watermark=watermark, nodes=counts, edges={}, dropped={}, files={}
    )
    now = Snapshot(bare, tables)
    rows = _rows(now, places)
    still = len(now) == len(rows) and bool((rows == np.arange(len(rows))).all())
    return Nodes(now, rows, {k: v for k, v in entered.items() if v}, still)


def rows_of(
    snapshot: Snapshot, ids: Sequence[str], labels: Sequence[str]
) -> NDArray[np.int64]:
    """Row numbers of nodes of some labels; -1 where the snapshot has none."""
    found = np.full(len(ids), -1, dtype=np.int64)
    for label in labels:
        if label in snapshot.labels:
            places = snapshot.places(label, ids)
            there = places >= 0
            found[there] = places[there] + snapshot.offset(label)
    return found


def _read(
    store: GraphStore, old: Snapshot, label: str, ids: list[str], watermark: int
) -> pa.Table:
    """Those of the ids that the projection holds at the watermark, by id."""
    projection = old.projection
    nouns = list(_nouns(store, label, ids, watermark))
    batch = node_batch(label, scanned_attributes(label, projection), nouns)
    kept = nodes_within(batch, projection.window)
    if projection.hides_fraud():
        kept = without_fraud(label, kept)
    return node_table(kept, projection.columns.get(label))


def _nouns(
    store: GraphStore, label: str, ids: list[str], watermark: int
) -> Iterator[Noun]:
    for start in range(0, len(ids), ASKED):
        asked = ids[start : start + ASKED]
        for noun in store.get(asked, at=watermark):
            if noun is not None and type(noun).__name__ == label:
                yield noun


def _spliced(
    old: Snapshot, label: str, ids: list[str], fresh: pa.Table
) -> tuple[pa.Table, NDArray[np.int64], list[str]]:
    """The label's table, where its rows went, and which ids were not there."""
    have = old.id_bytes(label)
    places = idcolumns.positions(have, ids)
    removed = places[places >= 0]
    stays = np.ones(len(have), dtype=bool)
    stays[removed] = False
    matrix = idcolumns.matrix(fresh.column("id").combine_chunks())
    rest = idcolumns.keys(have[stays])
    splice = Splice(len(have), removed, np.searchsorted(rest, idcolumns.keys(matrix)))
    there = {one for one, place in zip(ids, places, strict=True) if place >= 0}
    came: list[str] = idcolumns.hexed(matrix).to_pylist()  # pyright: ignore[reportAssignmentType] - no id is null
    moved = splice.places()
    # What was written anew stands where it stood: it did not leave.
    again = np.searchsorted(idcolumns.keys(matrix), idcolumns.keys(have[removed]))
    moved[removed] = _again(matrix, have[removed], again, splice)
    return (
        splice.table(old.nodes(label), fresh),
        moved,
        [one for one in came if one not in there],
    )


def _again(
    matrix: NDArray[np.uint8],
    gone: NDArray[np.uint8],
    found: NDArray[np.int64],
    splice: Splice,
) -> NDArray[np.int64]:
    """Where nodes that were taken out have been put in again; -1 elsewhere."""
    if not len(matrix):
        return np.full(len(gone), -1, dtype=np.int64)
    found = np.minimum(found, len(matrix) - 1)
    same = idcolumns.keys(matrix)[found] == idcolumns.keys(gone)
    return np.where(same, splice.added()[found], -1)


def _rows(now: Snapshot, places: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    parts = [
        np.where(part < 0, -1, part + now.offset(label))
        for label, part in zip(now.labels, places, strict=True)
    ]
    return np.concatenate([np.empty(0, dtype=np.int64), *parts])
