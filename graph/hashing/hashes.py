"""Hashes by which two stores are told to say the same.

Both are the sum modulo 2^128 of BLAKE2b-128 over the canonical bytes of rows
(``graph.hashing.canonical``), so that no order matters, and are written as 32 digits.

- *Facts hash*: every fact node and edge, without ``seq`` and engine keys.
- *View hash*: the current conclusions, whatever ids they carry (``view``).
"""

from collections.abc import Iterator

import msgspec
import pyarrow as pa

from graph import schema
from graph.columnar.arrays import Array, column
from graph.columnar.handles import HandleIndex, read_ids, refuse_if_erased, with_ids
from graph.columns import ColumnType
from graph.hashing import canonical
from graph.hashing.canonical import constant, json_field, number_field, text_field
from graph.hashing.view import view_total
from graph.progress import Progress, Sparing, silent
from graph.query import Scan
from graph.schema import Room
from graph.store import GraphStore

_BATCH = 8_192
_MODULUS = 2**128


class Hashes(msgspec.Struct, frozen=True, kw_only=True):
    """Both hashes at a watermark, 32 hexadecimal digits each."""

    facts: str
    view: str
    watermark: int


def hashes(
    store: GraphStore, *, at: int | None = None, progress: Progress = silent
) -> Hashes:
    """Both hashes of a store.

    Args:
        store: what to read.
        at: watermark; None is the last seq. ``HAS`` times are those of now.
        progress: told a few times a second.

    Memory: 24 bytes a node and 40 bytes a record.

    Raises:
        SnapshotRefused: records were erased meanwhile.
    """
    progress, mark = Sparing(progress), store.watermark()
    scan = _scan(mark, at)
    ids = read_ids(store, scan, progress)
    facts = _facts_total(store, scan, ids, progress)
    view = view_total(store, scan, ids, progress)
    refuse_if_erased(store, mark)
    return Hashes(facts=digits(facts), view=digits(view), watermark=scan.at or 0)


def facts_hash(
    store: GraphStore, *, at: int | None = None, progress: Progress = silent
) -> str:
    """The facts hash alone; see ``hashes``."""
    progress, mark = Sparing(progress), store.watermark()
    scan = _scan(mark, at)
    ids = read_ids(store, scan, progress)
    total = _facts_total(store, scan, ids, progress)
    refuse_if_erased(store, mark)
    return digits(total)


def view_hash(
    store: GraphStore, *, at: int | None = None, progress: Progress = silent
) -> str:
    """The view hash alone; see ``hashes``."""
    progress, mark = Sparing(progress), store.watermark()
    scan = _scan(mark, at)
    total = view_total(store, scan, read_ids(store, scan, progress), progress)
    refuse_if_erased(store, mark)
    return digits(total)


def node_lines(label: str, batch: pa.RecordBatch) -> Array:
    """Canonical bytes of scanned fact nodes.

    ``node`` (the label), ``id``, then the attributes and ``more`` by name.
    """
    fields = {
        one.name: _field(one.type, one.name, column(batch, one.name))
        for one in schema.columns(label)
    }
    fields["more"] = json_field("more", column(batch, "more"))
    head = (constant("node", label), text_field("id", column(batch, "id")))
    return canonical.rows([*head, *(fields[name] for name in sorted(fields))])


def edge_lines(kind: str, batch: pa.RecordBatch) -> Array:
    """Canonical bytes of fact edges whose ends are ids (``handles.with_ids``).

    ``edge`` (the type), ``source``, ``target``, ``key``, then ``attributes``,
    ``since``, ``until`` and ``weight``.
    """
    texts = [text_field(n, column(batch, n)) for n in ("source", "target", "key")]
    attributes = json_field("attributes", column(batch, "attributes"))
    numbers = [number_field(n, column(batch, n)) for n in ("since", "until", "weight")]
    return canonical.rows([constant("edge", kind), *texts, attributes, *numbers])


def _scan(mark: int, at: int | None) -> Scan:
    return Scan(at=mark if at is None else min(at, mark), batch_rows=_BATCH)


def _facts_total(
    store: GraphStore, scan: Scan, ids: HandleIndex, progress: Progress
) -> int:
    nodes = sum(_node_totals(store, scan, progress))
    return nodes + sum(_edge_totals(store, scan, ids, progress))


def _node_totals(store: GraphStore, scan: Scan, progress: Progress) -> Iterator[int]:
    """Sums of the digests of fact nodes, a batch at a time."""
    for label in schema.labels(Room.FACTS):
        read = 0
        for batch in store.scan_nodes(label, scan):
            yield canonical.total(canonical.digests(node_lines(label, batch)))
            read += batch.num_rows
            progress(f"hash {label}", read, None)


def _edge_totals(
    store: GraphStore, scan: Scan, ids: HandleIndex, progress: Progress
) -> Iterator[int]:
    """Sums of the digests of fact edges, a batch at a time."""
    for kind in schema.edge_kinds(Room.FACTS):
        read = 0
        for batch in store.scan_edges(kind, scan):
            yield canonical.total(
                canonical.digests(edge_lines(kind, with_ids(batch, ids)))
            )
            read += batch.num_rows
            progress(f"hash {kind}", read, None)


def _field(kind: ColumnType, name: str, values: Array) -> Array:
    if kind is ColumnType.JSON:
        return json_field(name, values)
    if kind is ColumnType.TEXT:
        return text_field(name, values)
    return number_field(name, values)


def digits(total: int) -> str:
    """A sum of digests as it is written."""
    return f"{total % _MODULUS:032x}"
