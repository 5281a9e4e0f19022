"""The write-ahead log of a database, brought to disk outside of its lock.

A transaction is in the log once it has committed, and on disk once the log is. SQLite
would wait for the disk while it holds the lock of all writers; here the next one may
begin meanwhile. What is on disk is always a beginning of the log, so whatever was built
on a transaction is never there without it.

The log holds none of SQLite's locks (these are on the database and on its index), so a
descriptor of our own is safe; and its file stays as long as a connection is open.
"""

import os
import threading
from pathlib import Path

from graph.errors import StoreUnavailable

to_disk = getattr(os, "fdatasync", os.fsync)
"""Brings a file to disk by its descriptor."""


class Log:
    """The log of one database.

    Args:
        path: the database, of which a connection is open and has written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.with_name(path.name + "-wal")
        self._descriptor: int | None = None
        self._lock = threading.Lock()
        self._grown = self._synced = 0

    def grown(self) -> None:
        """Be told of a transaction; by one thread at a time."""
        self._grown += 1

    def sync(self) -> None:
        """Bring all to disk that it was told of; who comes meanwhile shares the next.

        Raises:
            StoreUnavailable: the device failed; what was committed last may be lost.
        """
        wanted = self._grown
        with self._lock:
            if self._synced < wanted:
                upto = self._grown
                self._bring()
                self._synced = upto

    def _bring(self) -> None:
        try:
            to_disk(self._open())
        except OSError as error:
            message = (
                f"{self._path}: the device failed to write ({error.strerror}); what "
                "was committed last may be lost: look at it before trying again"
            )
            raise StoreUnavailable(message) from error

    def close(self) -> None:
        """Give the file back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _open(self) -> int:
        if self._descriptor is None:
            _bring_name(self._file.parent)
            self._descriptor = os.open(self._file, os.O_RDONLY | os.O_CLOEXEC)
        return self._descriptor


def _bring_name(folder: Path) -> None:
    """Bring to disk which files a folder has: the log may be new in it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        to_disk(descriptor)
    finally:
        os.close(descriptor)
