"""Backups: one file that holds a whole store, and the store made from one.

How is the engine's matter (``graph.maintenance.keeper``); what must not come back with
a backup, people who were erased after it was made, is the same for all
(``graph.maintenance.replay``).
"""

from pathlib import Path

import msgspec

from graph.connect import connect, keeper
from graph.maintenance.keeper import Backup
from graph.maintenance.replay import replay
from graph.progress import Progress, silent


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a backup.

    Attributes:
        watermark: the last transaction of the backup.
        erased: its records that were erased after it was made, and are again.
        tombstones: how many were taken over from the later store.
    """

    watermark: int
    erased: int = 0
    tombstones: int = 0


def backup(url: str, out: Path, *, progress: Progress = silent) -> Backup:
    """Write a store as one file, of one moment, while others read and write it.

    Args:
        url: the store.
        out: a file that does not exist; it is there when it is whole and checked.
        progress: told a few times a second.

    Raises:
        NotEmpty: the file exists.
        BadUrl: the engine has tools of its own for this.
        StoreError: the store cannot be read, or the copy is not what it should be.
    """
    return keeper(url).back_up(out, progress=progress)


def restore(
    file: Path, url: str, *, later: str | None = None, progress: Progress = silent
) -> Restored:
    """Make a store from a backup, without those who were erased since.

    Args:
        file: what ``backup`` wrote.
        url: a place where no store is.
        later: the store that knows who was erased after the backup was made.
        progress: told a few times a second.

    Raises:
        NotEmpty: something is at the place.
        StoreDamaged: the backup is not what was written.
        BadSettings: the later store is not of the same origin.
        BadUrl: the engine has tools of its own for this.
        StoreError: the backup or a store cannot be read or written.
    """
    with keeper(url).restoring(file, progress=progress) as store:
        watermark = store.watermark()
        if later is None:
            return Restored(watermark=watermark)
        with connect(later, create=False, read_only=True) as known:
            done = replay(known, store, progress=progress)
    return Restored(watermark=watermark, erased=done.erased, tombstones=done.tombstones)
