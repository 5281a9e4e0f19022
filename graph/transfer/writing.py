"""Export: a whole store as Parquet files, a batch at a time."""

# Arrow's stubs of Parquet are partly untyped.
# pyright: reportUnknownMemberType=false

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from graph import hashing, schema
from graph.columnar import arrays, idcolumns
from graph.columnar.handles import read_ids, refuse_if_erased, with_ids
from graph.columnar.seals import FileMark, mark, write_manifest
from graph.errors import Refused
from graph.hashing import canonical
from graph.hashing.view import view_total
from graph.progress import Progress, Sparing, silent
from graph.query import Scan
from graph.schema import Room
from graph.store import GraphStore
from graph.transfer import layout
from graph.transfer.manifest import Manifest
from graph.transfer.plain import plain_rows

_SCANNED = 8_192
_GROUP = 32_768  # rows of a row group: fixed, so that equal stores give equal bytes


def export(
    store: GraphStore, folder: Path | str, *, progress: Progress = silent
) -> Manifest:
    """Write a store as it is now; what others write meanwhile is left out.

    Args:
        store: what to export.
        folder: new or empty; it is there only when everything is.
        progress: told a few times a second.

    The layout is that of ``graph.transfer.layout``. Two stores that hold the same,
    ``seq`` included, write the same bytes. Memory: 24 bytes a node and some batches.

    Raises:
        Refused: the folder holds something.
        SnapshotRefused: records were erased meanwhile; repeat it.
    """
    target = Path(folder)
    if target.exists() and any(target.iterdir()):
        message = f"{target} is not empty; name a new folder"
        raise Refused(message)
    fresh = target.with_name(f".{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700, parents=True)
    mark_before = store.watermark()
    try:
        manifest = _Export(store, fresh, mark_before, Sparing(progress)).write()
        refuse_if_erased(store, mark_before)
    except BaseException:
        shutil.rmtree(fresh)
        raise
    if target.exists():
        target.rmdir()
    fresh.rename(target)
    return manifest


class _Export:
    """One export at a watermark."""

    def __init__(
        self, store: GraphStore, folder: Path, watermark: int, progress: Progress
    ) -> None:
        self._store = store
        self._folder = folder
        self._watermark = watermark
        self._progress = progress
        self._scan = Scan(at=watermark, past=True, ordered=True, batch_rows=_SCANNED)
        self._ids = read_ids(store, Scan(at=watermark), progress)
        self._facts = 0

    def write(self) -> Manifest:
        """Write all files and the manifest."""
        files = {table: self._write(table) for table in layout.tables()}
        current = Scan(at=self._watermark, batch_rows=_SCANNED)
        view = view_total(self._store, current, self._ids, self._progress)
        manifest = Manifest(
            namespace=str(self._store.namespace),
            watermark=self._watermark,
            facts_hash=hashing.digits(self._facts),
            view_hash=hashing.digits(view),
            files=files,
        )
        write_manifest(self._folder / layout.MANIFEST, manifest)
        return manifest

    def _write(self, table: str) -> FileMark:
        path = self._folder / f"{table}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        fields = layout.written(table)
        read = 0
        with pq.ParquetWriter(path, fields, compression="zstd") as writer:
            for group in _groups(self._written(table), fields):
                writer.write_table(group, row_group_size=_GROUP)
                read += group.num_rows
                self._progress(f"export {table}", read, None)
        return mark(path, read)

    def _written(self, table: str) -> Iterator[pa.RecordBatch]:
        """The rows of a table as the file has them."""
        ids, fields = layout.id_columns(table), layout.written(table)
        names = layout.stored(table).names
        for batch in self._stored(table):
            columns = [
                idcolumns.hexed(idcolumns.matrix(arrays.column(batch, name)))
                if name in ids
                else arrays.column(batch, name)
                for name in names
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=fields)

    def _stored(self, table: str) -> Iterable[pa.RecordBatch]:
        sort, name = layout.split(table)
        if sort == "nodes":
            return self._nodes(name)
        if sort == "edges":
            return self._edges(name)
        return plain_rows(table, self._store, self._watermark)

    def _nodes(self, label: str) -> Iterator[pa.RecordBatch]:
        room = schema.node_type(label).room
        for batch in self._store.scan_nodes(label, self._scan):
            if room is Room.FACTS:
                self._add(hashing.node_lines(label, batch))
            yield self._as_known(batch)

    def _edges(self, kind: str) -> Iterator[pa.RecordBatch]:
        room = schema.edge_type(kind).room
        for scanned in self._store.scan_edges(kind, self._scan):
            batch = with_ids(scanned, self._ids)
            if room is Room.FACTS:
                self._add(hashing.edge_lines(kind, batch))
            yield self._as_known(batch)

    def _as_known(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Without closings that came after the watermark."""
        if "seq_to" not in batch.schema.names:
            return batch
        ends = arrays.column(batch, "seq_to")
        later = arrays.compute.greater(ends, self._watermark)
        known = arrays.compute.if_else(later, pa.scalar(None, pa.int64()), ends)
        return arrays.replaced(batch, batch.schema.get_field_index("seq_to"), known)

    def _add(self, lines: arrays.Array) -> None:
        self._facts += canonical.total(canonical.digests(lines))


def _groups(batches: Iterable[pa.RecordBatch], fields: pa.Schema) -> Iterator[pa.Table]:
    """The rows in groups of one size, the last one smaller."""
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        waiting.append(batch)
        rows += batch.num_rows
        while rows >= _GROUP:
            table = pa.Table.from_batches(waiting, schema=fields)
            yield table.slice(0, _GROUP)
            rest = table.slice(_GROUP)
            waiting, rows = rest.to_batches(), rest.num_rows
    if rows:
        yield pa.Table.from_batches(waiting, schema=fields)
