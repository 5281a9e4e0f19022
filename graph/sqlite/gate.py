"""The gate that writers of one database pass one by one.

SQLite itself lets writers race: one that begins again at once wins against those that
sleep, so a busy ingest would starve an API process. Here a writer waits *in the gate*,
a lock file beside the database, and leaves it as soon as SQLite has given it the
write lock. Whoever comes next waits in front of the gate, the one who has just
written included: so writers take turns, nobody pauses, and one that is alone waits
for nothing. The system opens the gate of a process that dies.
"""

import errno
import fcntl
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from graph.errors import StoreFull, StoreReadOnly, StoreUnavailable

_FIRST_WAIT, _LONGEST_WAIT = 0.0002, 0.002
_NO_RIGHT = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


class Waits:
    """Waits a little longer each time, until a deadline.

    Args:
        path: the database, for the message.
        seconds: how long in all.
    """

    def __init__(self, path: Path, seconds: float) -> None:
        self._path = path
        self._deadline = time.monotonic() + seconds
        self._next = _FIRST_WAIT
        self.waited = False

    def wait(self) -> None:
        """Wait once.

        Raises:
            StoreUnavailable: the time is over.
        """
        self.waited = True
        if time.monotonic() > self._deadline:
            message = (
                f"{self._path}: locked by another writer for too long; try again, "
                "and look for a program that holds it open"
            )
            raise StoreUnavailable(message)
        time.sleep(self._next)
        self._next = min(self._next * 1.5, _LONGEST_WAIT)


class Gate:
    """The gate of one database.

    Args:
        path: the database.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.with_name(path.name + "-gate")
        self._descriptor: int | None = None

    @contextmanager
    def entered(self, waits: Waits) -> Generator[None, None, None]:
        """Be the only one in the gate.

        Raises:
            StoreUnavailable: somebody stays in it too long.
            StoreReadOnly: no right to make the lock file.
        """
        descriptor = self._open()
        while not _try(descriptor):
            waits.wait()
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)

    def is_awaited(self) -> bool:
        """Whether another writer stands in the gate now."""
        descriptor = self._open()
        if not _try(descriptor):
            return True
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        return False

    def close(self) -> None:
        """Give the lock file back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _open(self) -> int:
        if self._descriptor is None:
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            try:
                self._descriptor = os.open(self._file, flags, 0o600)
            except OSError as error:
                raise _refused(self._file, error) from error
        return self._descriptor


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _refused(
    path: Path, error: OSError
) -> StoreReadOnly | StoreFull | StoreUnavailable:
    if error.errno in _NO_RIGHT:
        return StoreReadOnly(f"{path}: may not be written: {error.strerror}")
    if error.errno in _NO_SPACE:
        return StoreFull(f"{path}: no space left; free some and repeat the batch")
    return StoreUnavailable(f"{path}: {error.strerror}")
