"""Making snapshots: read from a store, or opened from a folder."""

from pathlib import Path
from uuid import UUID

from graph.errors import SnapshotRefused
from graph.progress import Progress, Sparing, silent
from graph.projection import Projection
from graph.schema import SCHEMA_VERSION
from graph.snapshot import files as snapshot_files
from graph.snapshot.files import Manifest
from graph.snapshot.snapshot import Snapshot
from graph.snapshot.taking import Taking
from graph.store import GraphStore

_ATTEMPTS = 3


def take(
    store: GraphStore,
    projection: Projection,
    *,
    at: int | None = None,
    progress: Progress = silent,
) -> Snapshot:
    """Read a snapshot.

    Args:
        store: where from.
        projection: what, and for what purpose.
        at: watermark, at most the last seq; None is the last seq.
        progress: told a few times a second.

    Memory is that of the columns asked for and 8 bytes a node.

    Raises:
        BadQuery: the projection asks for what is unknown or forbidden.
        SnapshotRefused: somebody erased records again and again meanwhile.
    """
    projection.check()
    for _ in range(_ATTEMPTS):
        mark = store.watermark()
        seen = Sparing(progress)
        watermark = mark if at is None else min(at, mark)
        taking = Taking(store, projection, watermark, seen)
        manifest = taking.read(mark)
        if not store.changes(mark, limit=1).erased:
            return Snapshot(manifest, taking.tables)
    message = "records were erased while the snapshot was being taken; take it again"
    raise SnapshotRefused(message)


def load(folder: Path | str, store: GraphStore | None = None) -> Snapshot:
    """Open a saved snapshot; its tables are mapped into memory when asked for.

    Args:
        folder: where it was saved.
        store: where it came from, to see whether somebody was erased since. Without
            a store that cannot be told: the caller answers for it.

    Raises:
        SnapshotRefused: there is none; it is damaged, of another version or another
            store, or older than the store's last erasure.
    """
    manifest, tables = snapshot_files.read(Path(folder))
    if manifest.schema_version != SCHEMA_VERSION:
        message = (
            f"the snapshot in {folder} is of schema version "
            f"{manifest.schema_version}, not {SCHEMA_VERSION}; take a new one"
        )
        raise SnapshotRefused(message)
    if store is not None:
        _check_lawful(manifest, store)
    return Snapshot(manifest, tables)


def _check_lawful(manifest: Manifest, store: GraphStore) -> None:
    """Refuse a snapshot that does not belong to the store as it is now."""
    if UUID(manifest.namespace) != store.namespace or manifest.mark > store.watermark():
        message = f"the snapshot was not taken from {store.url}; take a new one"
        raise SnapshotRefused(message)
    if store.changes(manifest.mark, limit=1).erased:
        message = "records were erased since the snapshot was taken; take a new one"
        raise SnapshotRefused(message)
