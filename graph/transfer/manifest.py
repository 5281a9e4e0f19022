"""What an export says of itself."""

from pathlib import Path
from uuid import UUID

import msgspec

from graph.columnar.seals import FileMark, read_manifest, whole
from graph.errors import BadFeed
from graph.schema import SCHEMA_VERSION
from graph.transfer import layout


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What an export is; equal stores write equal manifests.

    Attributes:
        format: of the files.
        schema_version: of the store.
        namespace: of the store's ids.
        watermark: the last seq in it.
        facts_hash: 32 hexadecimal digits.
        view_hash: 32 hexadecimal digits.
        files: marks by table.
    """

    format: int = layout.FORMAT
    schema_version: int = SCHEMA_VERSION
    namespace: str
    watermark: int
    facts_hash: str
    view_hash: str
    files: dict[str, FileMark]


def read(folder: Path | str) -> Manifest:
    """The manifest of an export.

    Raises:
        BadFeed: there is none, or it is damaged or of another version.
    """
    path = Path(folder) / layout.MANIFEST
    manifest = read_manifest(path, Manifest, BadFeed)
    if manifest.format != layout.FORMAT or manifest.schema_version != SCHEMA_VERSION:
        message = (
            f"{path}: format {manifest.format} of schema {manifest.schema_version}; "
            f"this version reads format {layout.FORMAT} of schema {SCHEMA_VERSION}"
        )
        raise BadFeed(message)
    if set(manifest.files) != set(layout.tables()):
        message = f"{path} does not name the tables of an export; write it anew"
        raise BadFeed(message)
    return manifest


def namespace_of(folder: Path | str) -> UUID:
    """The namespace that a store for an export must have."""
    return UUID(read(folder).namespace)


def check_files(folder: Path, manifest: Manifest) -> None:
    """Refuse an export with a missing or changed file.

    Raises:
        BadFeed: names the file.
    """
    for table, expected in manifest.files.items():
        path = folder / f"{table}.parquet"
        if not whole(path, expected):
            message = f"{path} is missing or damaged; export again"
            raise BadFeed(message)
