"""Import: an export into an empty store, checked before and after."""

# Arrow's stubs of Parquet are partly untyped.
# pyright: reportUnknownMemberType=false

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq

from graph.columnar import arrays, idcolumns
from graph.errors import BadFeed, BadSettings, NotEmpty, StoreDamaged
from graph.hashing import hashes
from graph.progress import Progress, Sparing, silent
from graph.store import GraphStore
from graph.transfer import layout
from graph.transfer import manifest as manifests
from graph.transfer.manifest import Manifest

_BATCH = 8_192


def import_(
    folder: Path | str, store: GraphStore, *, progress: Progress = silent
) -> Manifest:
    """Fill an empty store with an export, ``seq`` and batch log included.

    Args:
        folder: what ``export`` wrote.
        store: empty, with the export's namespace (``namespace_of``).
        progress: told a few times a second.

    Files are checked before the first row is written. The batch log comes last:
    until then readers see an empty store. An import that broke off leaves a store
    that must be made anew.

    Raises:
        BadFeed: the export is damaged or of another version.
        NotEmpty: the store holds something.
        BadSettings: the store has another namespace.
        StoreDamaged: the store does not hold what the export says.
    """
    source = Path(folder)
    manifest = manifests.read(source)
    if UUID(manifest.namespace) != store.namespace:
        message = (
            f"the export has the namespace {manifest.namespace}, the store "
            f"{store.namespace}; make the store with the export's"
        )
        raise BadSettings(message)
    if store.watermark() or any(store.counts().nodes.values()):
        message = f"{store.url} is not empty; import into a new store"
        raise NotEmpty(message)
    manifests.check_files(source, manifest)
    seen = Sparing(progress)
    for table in layout.tables():
        _restore(source / f"{table}.parquet", table, store, seen)
    _verify(manifest, store, seen)
    return manifest


def _restore(path: Path, table: str, store: GraphStore, progress: Progress) -> None:
    with pq.ParquetFile(path, memory_map=True) as file:
        if file.schema_arrow.names != layout.written(table).names:
            message = f"{path} has other columns than {table}; export again"
            raise BadFeed(message)
        total, done = file.metadata.num_rows, 0
        for batch in _batches(file, table):
            store.restore(table, batch)
            done += batch.num_rows
            progress(f"import {table}", done, total)


def _batches(file: pq.ParquetFile, table: str) -> Iterator[pa.RecordBatch]:
    """The rows of a file as a store takes them."""
    fields, ids = layout.stored(table), layout.id_columns(table)
    for batch in file.iter_batches(batch_size=_BATCH):
        columns = [
            idcolumns.column(idcolumns.unhexed(arrays.at(batch, place)))
            if name in ids
            else arrays.at(batch, place)
            for place, name in enumerate(fields.names)
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=fields)


def _verify(manifest: Manifest, store: GraphStore, progress: Progress) -> None:
    """Compare the store with what the export says of itself."""
    counts = store.counts()
    held = {layout.node_table(label): n for label, n in counts.nodes.items()}
    held |= {layout.edge_table(kind): n for kind, n in counts.edges.items()}
    for label, closed in counts.past_nodes.items():
        held[layout.node_table(label)] += closed
    for kind, closed in counts.past_edges.items():
        held[layout.edge_table(kind)] += closed
    wrong = [table for table, n in held.items() if n != manifest.files[table].rows]
    found = hashes(store, progress=progress)
    if found.facts != manifest.facts_hash:
        wrong.append("facts hash")
    if found.view != manifest.view_hash:
        wrong.append("view hash")
    if wrong:
        message = (
            f"{store.url} does not hold what the export says ({', '.join(wrong)}); "
            "make it anew and import again"
        )
        raise StoreDamaged(message)
