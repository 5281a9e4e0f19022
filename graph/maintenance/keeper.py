"""What an engine does to back up a store and to bring it back."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import msgspec

from graph.progress import Progress, silent
from graph.store import GraphStore


class Backup(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds.

    Attributes:
        watermark: the last transaction in it.
        version: of the schema.
        rows: of all tables.
        digest: BLAKE2b-256 of all rows, hexadecimal; the file keeps it too.
        bytes: of the file.
    """

    watermark: int
    version: int
    rows: int
    digest: str
    bytes: int


class Keeper(Protocol):
    """An engine's way to back up a store and to bring it back."""

    def back_up(self, out: Path, *, progress: Progress = silent) -> Backup:
        """Write the store as one file, see ``graph.backup.backup``."""
        ...

    def restoring(
        self, file: Path, *, progress: Progress = silent
    ) -> AbstractContextManager[GraphStore]:
        """The store of a backup, for nobody else to see until the block ends.

        It is checked before the block, and stands in its place after it; where the
        block raises, there is nothing.
        """
        ...
