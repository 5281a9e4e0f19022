"""Making snapshots: read from a store, or opened from a folder."""

from pathlib import Path
from uuid import UUID

import msgspec

from graph.errors import SnapshotRefused
from graph.progress import Progress, Sparing, silent
from graph.schema import SCHEMA_VERSION
from graph.snapshot import files as snapshot_files
from graph.snapshot.files import Manifest
from graph.snapshot.projection import Projection
from graph.snapshot.refresh_edges import RefreshedEdges, UnknownBeforeError
from graph.snapshot.refresh_nodes import refreshed_nodes
from graph.snapshot.snapshot import Snapshot
from graph.snapshot.taking import Taking
from graph.snapshot.touched import Touched, touched
from graph.store import GraphStore

SHARE = 0.1
"""The part of a snapshot's rows above which taking it anew is cheaper."""

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


def refresh(
    store: GraphStore,
    snapshot: Snapshot,
    *,
    share: float = SHARE,
    progress: Progress = silent,
) -> Snapshot:
    """The same projection as of now: equal to a snapshot taken anew.

    What ``changes`` names since the old watermark is read again and put in its place;
    the rest is taken over. What is asked of the store grows with the change; row
    numbers move, which costs a pass over those columns in memory.

    Args:
        store: where the snapshot was taken.
        snapshot: taken, loaded or refreshed before. It stays as it is.
        share: when more than this part of its rows has changed, or somebody was
            erased, it is taken anew.
        progress: told a few times a second.

    Raises:
        SnapshotRefused: it is of another store, or records were erased again and
            again meanwhile.
    """
    _check_origin(snapshot.manifest, store)
    mark = store.watermark()
    rows = len(snapshot) + sum(snapshot.manifest.edges.values())
    span = (snapshot.watermark, mark)
    changed = touched(store, snapshot.projection, span, share * rows)
    if changed is not None:
        try:
            fresh = refreshed(store, snapshot, changed, mark)
        except UnknownBeforeError:
            return take(store, snapshot.projection, progress=progress)
        if not store.changes(mark, limit=1).erased:
            return fresh
    return take(store, snapshot.projection, progress=progress)


def refreshed(
    store: GraphStore, old: Snapshot, changed: Touched, mark: int
) -> Snapshot:
    """A snapshot with what has changed up to a mark put in its place.

    Raises:
        UnknownBeforeError: it must be taken anew.
    """
    nodes = refreshed_nodes(store, old, changed, mark)
    edges = RefreshedEdges(store, old, nodes, changed)
    tables = {f"nodes/{label}": nodes.now.nodes(label) for label in old.labels}
    dropped: dict[str, int] = {}
    for kind in old.kinds:
        tables[f"edges/{kind}"], dropped[kind] = edges.of(kind)
    manifest = msgspec.structs.replace(
        nodes.now.manifest,
        mark=mark,
        edges={kind: tables[f"edges/{kind}"].num_rows for kind in old.kinds},
        dropped=dropped,
        url=store.url,
    )
    return Snapshot(manifest, tables)


def _check_origin(manifest: Manifest, store: GraphStore) -> None:
    """Refuse a snapshot that does not belong to the store."""
    if UUID(manifest.namespace) != store.namespace or manifest.mark > store.watermark():
        message = f"the snapshot was not taken from {store.url}; take a new one"
        raise SnapshotRefused(message)


def _check_lawful(manifest: Manifest, store: GraphStore) -> None:
    """Refuse a snapshot that does not belong to the store as it is now."""
    _check_origin(manifest, store)
    if store.changes(manifest.mark, limit=1).erased:
        message = "records were erased since the snapshot was taken; take a new one"
        raise SnapshotRefused(message)
