"""A snapshot as files: one Parquet file a table and a manifest, written last.

DIR/manifest.json          watermark, namespace, schema version, erasure mark,
                           projection, and size and digest of each file
DIR/nodes/<Label>.parquet  uncompressed, so that a reload maps them into memory
DIR/edges/<TYPE>.parquet
"""

# Arrow's stubs of Parquet are partly untyped.
# pyright: reportUnknownMemberType=false

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from graph.columnar import seals
from graph.columnar.seals import FileMark
from graph.errors import SnapshotRefused
from graph.snapshot.projection import Projection

FORMAT = 1
MANIFEST = "manifest.json"


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a snapshot is.

    Attributes:
        format: of the files.
        schema_version: of the schema that it was taken under.
        namespace: of the store's ids.
        watermark: it holds what held at this seq.
        mark: the store's last seq when it was taken: an erasure after it makes the
            snapshot unlawful.
        projection: which part of the graph.
        nodes: rows by label, in the order of the row numbers.
        edges: rows by type.
        dropped: edges left out because an end is not in the snapshot, by type.
        files: marks of the saved files; empty while it is in memory only.
        url: of the store, without credentials.
    """

    format: int = FORMAT
    schema_version: int
    namespace: str
    watermark: int
    mark: int
    projection: Projection
    nodes: dict[str, int]
    edges: dict[str, int]
    dropped: dict[str, int]
    files: dict[str, FileMark] = {}
    url: str = ""


class ParquetTables(Mapping[str, pa.Table]):
    """The tables of a saved snapshot, mapped into memory when first asked for."""

    def __init__(self, folder: Path, names: tuple[str, ...]) -> None:
        self._folder = folder
        self._names = names
        self._read: dict[str, pa.Table] = {}

    def __getitem__(self, name: str) -> pa.Table:
        """A table by its path inside the folder, without the suffix."""
        if name not in self._names:
            raise KeyError(name)
        if name not in self._read:
            path = self._folder / f"{name}.parquet"
            self._read[name] = pq.read_table(path, memory_map=True)
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def write(folder: Path, manifest: Manifest, tables: Mapping[str, pa.Table]) -> Manifest:
    """Write a snapshot beside ``folder`` and put it in its place as a whole.

    A folder that holds something else is left alone.

    Raises:
        SnapshotRefused: the folder is there and is no snapshot.
    """
    if folder.exists() and not (folder / MANIFEST).is_file():
        message = f"{folder} is there and holds no snapshot; name another folder"
        raise SnapshotRefused(message)
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700, parents=True)
    marks: dict[str, FileMark] = {}
    for name, table in tables.items():
        path = fresh / f"{name}.parquet"
        path.parent.mkdir(exist_ok=True)
        # Plain pages without a dictionary are read back without being decoded.
        pq.write_table(table, path, compression="none", use_dictionary=False)
        marks[name] = seals.mark(path, table.num_rows)
    written = msgspec.structs.replace(manifest, files=marks)
    seals.write_manifest(fresh / MANIFEST, written)
    _swap(fresh, folder)
    return written


def read(folder: Path) -> tuple[Manifest, ParquetTables]:
    """The manifest and the tables of a saved snapshot, checked.

    Raises:
        SnapshotRefused: there is none, it is damaged, or of another format.
    """
    manifest = seals.read_manifest(folder / MANIFEST, Manifest, SnapshotRefused)
    if manifest.format != FORMAT:
        message = (
            f"the snapshot in {folder} has format {manifest.format}, this version "
            f"reads {FORMAT}; take a new one"
        )
        raise SnapshotRefused(message)
    for name, expected in manifest.files.items():
        path = folder / f"{name}.parquet"
        if not seals.whole(path, expected):
            message = f"{path} is missing or damaged; take a new snapshot"
            raise SnapshotRefused(message)
    return manifest, ParquetTables(folder, tuple(manifest.files))


def _swap(fresh: Path, folder: Path) -> None:
    """Put the new folder where the old one was."""
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
