"""Folding the log into the file, a part at a time, while nobody waits for it.

SQLite would fold within a commit, all that the log holds; and while others read and
write beside, so that the log never stands still, it would begin again with each commit.
Here whoever has written a part of it folds that part, on a connection of his own and
outside of every lock that keeps others from writing. A log that has become long begins
anew in a moment in which nobody writes or reads of it. Else it would only grow, and the
system takes longer to bring to disk what it must find new room for.

What is left is folded once its writer rests: of a log that is not folded, a reader must
look through the index for each page.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from graph.errors import StoreError
from graph.sqlite import queries_write as sql
from graph.sqlite.open import open_file
from graph.sqlite.translate import translated

logger = logging.getLogger(__name__)

PART = 2_000
"""Pages of the log that are folded at a time while others write: the disk is at it for
some 50 ms, and longer parts make others wait for the disk."""

MUCH = 32_000
"""The same where nobody else writes: a page that is written twice is folded once."""

TRIES = 6
"""How often, one after the other, it is looked whether nobody wrote meanwhile."""

REST_SECONDS = 1.0
"""After which a process that writes no more folds what is left."""

PAGES_A_ROW = 3.0
"""What a row dirties in a large store, where each lands on pages of its own."""


class Folder:
    """Folds what one process has written.

    Args:
        path: the database.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._beside: threading.Thread | None = None
        self._resting: threading.Thread | None = None
        self._closed = threading.Event()
        self._written = self._folded = self._pages = 0
        self._pages_a_row = PAGES_A_ROW

    def wrote(self, rows: int, *, alone: bool) -> bool:
        """Be told of rows that were written; True when it is time to fold.

        Args:
            rows: since it was told before.
            alone: nobody else writes.
        """
        self._written += rows
        if self._resting is None or not self._resting.is_alive():
            self._resting = _started(self._rest, "folder at rest")
        if not alone:
            return self._left * PAGES_A_ROW >= PART
        return self._left * self._pages_a_row >= MUCH

    def fold(self) -> None:
        """Fold what the log holds; nothing where a thread of this process is at it.

        What was written is on disk already: whatever stands in the way is left to the
        next fold, and told to the log of the program.
        """
        if not self._lock.acquire(blocking=False):
            return
        try:
            with translated(self._path):
                self._fold()
        except StoreError as error:
            logger.warning("the log was not folded: %s", error)
        finally:
            self._lock.release()

    def fold_beside(self) -> None:
        """Fold in a thread of its own; by one thread at a time."""
        if self._beside is None or not self._beside.is_alive():
            self._beside = _started(self.fold, "folder")

    def close(self) -> None:
        """Fold what is left, and give the connection back."""
        self._closed.set()
        for thread in (self._beside, self._resting):
            if thread is not None:
                thread.join()
        if self._left:
            self.fold()
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @property
    def _left(self) -> int:
        """Rows that no fold has begun after."""
        return self._written - self._folded

    def _rest(self) -> None:
        """Fold what is left once nothing has been written for a while."""
        before = -1
        while self._left and not self._closed.wait(REST_SECONDS):
            if self._written == before:
                self.fold()
                if self._written == before:
                    return  # done, or it could not be
            before = self._written

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = open_file(self._path, read_only=False)
            self._connection.execute("PRAGMA busy_timeout = 0")
        return self._connection

    def _fold(self) -> None:
        """Fold until nobody has written meanwhile, and let the log begin anew then.

        SQLite brings the file to disk only when it has folded all that there is. If
        that came last, with the log's beginning, all who write would wait for it.
        """
        connection, written, pages = self._open(), self._written, -1
        for _ in range(TRIES):
            before = pages
            _, pages, folded = connection.execute(sql.FOLD).fetchone()
            if folded < pages:
                break  # somebody reads of what was before
            if pages == before:
                connection.execute(sql.BEGIN_LOG)
                break
        grown = pages - self._pages if pages >= self._pages else pages
        self._pages_a_row = max(grown, 1) / max(written - self._folded, 1)
        self._folded, self._pages = written, pages


def _started(work: Callable[[], None], name: str) -> threading.Thread | None:
    """A thread at work, which ends with the program; None if the system has no more."""
    thread = threading.Thread(target=work, name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError as error:
        logger.warning("the log is left to the next fold: %s", error)
        return None
    return thread
