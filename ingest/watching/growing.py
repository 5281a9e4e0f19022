"""A file that is still written: its whole lines now, and the later ones later."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from graph.closing import Closing
from graph.errors import BadFeed
from ingest.reading.lines import BLOCK, KEPT, Line

_BOM = b"\xef\xbb\xbf"


class Growing(Closing):
    """Lines of a file by and by; one without a line feed waits for it.

    The file is held open, so renaming or deleting it does not end it. Iterating again
    goes on where the last iteration stopped.

    Args:
        path: of the file.
        limit: bytes of a line at most; of longer ones only the head is held.

    Raises:
        BadFeed: it cannot be opened.
    """

    def __init__(self, path: Path, limit: int) -> None:
        try:
            self._file = path.open("rb")
        except OSError as error:
            message = f"{path}: cannot be read ({error.strerror})"
            raise BadFeed(message) from error
        self.path, self._limit = path, limit
        self._number, self._offset, self._rest = 1, 0, b""
        self._long: _Long | None = None

    @property
    def size(self) -> int:
        """Bytes that are there now."""
        return os.fstat(self._file.fileno()).st_size

    @property
    def taken(self) -> int:
        """Bytes of the lines that were given."""
        return self._offset

    @property
    def written_at(self) -> float:
        """When it was written last, seconds since 1970."""
        return os.fstat(self._file.fileno()).st_mtime

    @property
    def truncated(self) -> bool:
        """Whether it is shorter than what was read of it."""
        return self.size < self._file.tell()

    def __iter__(self) -> Iterator[Line]:
        while block := self._file.read(BLOCK):
            if self._offset == 0 and not self._rest and block.startswith(_BOM):
                block, self._offset = block[len(_BOM) :], len(_BOM)
            if (long := self._long) is not None:
                head, feed, block = block.partition(b"\n")
                long.add(head)
                if not feed:
                    continue
                yield self._long_line(long)
            parts = (self._rest + block).split(b"\n")
            self._rest = parts.pop()
            for data in parts:
                yield self._line(data)
            if len(self._rest) > self._limit:
                self._long, self._rest = _Long(self._rest), b""

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def _line(self, data: bytes) -> Line:
        begin = self._offset
        self._offset = begin + len(data) + 1
        line = Line(self._number, begin, data, self._offset)
        self._number += 1
        return line

    def _long_line(self, long: "_Long") -> Line:
        self._long, begin = None, self._offset
        self._offset = begin + long.length + 1
        line = Line(
            self._number,
            begin,
            long.head,
            self._offset,
            length=long.length,
            sha256=long.digest.hexdigest(),
        )
        self._number += 1
        return line


class _Long:
    """A line that is too long, as far as it has been read."""

    def __init__(self, begin: bytes) -> None:
        self.head, self.length = begin[:KEPT], len(begin)
        self.digest = hashlib.sha256(begin)

    def add(self, data: bytes) -> None:
        self.digest.update(data)
        self.length += len(data)
