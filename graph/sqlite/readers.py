"""Column readers: processes that stream query results as Arrow batches.

See ``graph.sqlite.columns``, the program they run, for why they are processes and
what is said on the pipes. A reader serves one query at a time; a scan that begins
while another one runs gets a reader of its own.
"""

import json
import os
import struct
import subprocess
import sys
import threading
import weakref
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast
from urllib.parse import quote

import msgspec
import pyarrow as pa

from graph.errors import StoreDamaged, StoreError, StoreUnavailable, StoreUnreadable

if TYPE_CHECKING:
    from io import BufferedReader

# The program's side of these is in graph.sqlite.columns, which this process never
# imports, so that it never loads ADBC.
HEADER = struct.Struct("!cQ")
REQUEST, BATCH, ERROR, END = b"R", b"B", b"E", b"Z"
GO, STOP = b"+", b"-"

_PROGRAM = Path(__file__).with_name("columns.py")
_IDLE = 2  # readers kept for the next scan
_END_SECONDS = 5.0
_ERRORS: tuple[tuple[str, type[StoreError], str], ...] = (
    ("is locked", StoreUnavailable, "locked by another program for too long"),
    ("malformed", StoreDamaged, "damaged; restore it from a backup"),
    ("not a database", StoreUnreadable, "not a database; name another file"),
    ("failed to open", StoreUnreadable, "cannot be opened; look at path and rights"),
)


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader is asked.

    Attributes:
        sql: a query whose first row only fixes the columns' types; it is left out.
        parameters: values of ``?1``, ``?2`` …
        batch_rows: rows of a batch at most.
        schema: what the columns are to be, by position.
    """

    sql: str
    parameters: tuple[int, ...]
    batch_rows: int
    schema: pa.Schema


class Reader:
    """One process that reads one database."""

    def __init__(self, path: Path) -> None:
        self._path = path
        uri = f"file:{quote(str(path.absolute()))}?mode=ro"
        command = [sys.executable, "-P", str(_PROGRAM), uri, str(os.getpid())]
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._busy = False

    @property
    def busy(self) -> bool:
        """Whether it is in the middle of a query, or was left there."""
        return self._busy

    @property
    def usable(self) -> bool:
        """Whether it can take a query."""
        return not self._busy and self._process.poll() is None

    def stream(self, query: Query) -> Generator[pa.RecordBatch, None, None]:
        """The batches of a query; closing the generator early stops the query."""
        self._busy = True
        try:
            self._ask(query)
            while (body := self._batch()) is not None:
                yield pa.ipc.read_record_batch(body, query.schema)
                self._tell(GO)
        except GeneratorExit:
            with suppress(StoreError):  # it may have ended meanwhile
                self._tell(STOP)
                while self._batch() is not None:  # what was already on its way
                    self._tell(STOP)
                self._busy = False
            raise
        self._busy = False

    def stop(self) -> None:
        """End the process at once; whoever reads from it will be told."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End the process and give its pipes back. It writes nothing: it may die."""
        if self._busy:
            self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):  # it had died with a request unread
                    pipe.close()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, query: Query) -> None:
        asked = {
            "sql": query.sql,
            "parameters": query.parameters,
            "batch_rows": query.batch_rows,
        }
        for body in (json.dumps(asked).encode(), query.schema.serialize()):
            self._tell(HEADER.pack(REQUEST, len(body)))
            self._tell(body)

    def _tell(self, message: "bytes | pa.Buffer") -> None:
        pipe = cast("IO[bytes]", self._process.stdin)
        try:
            pipe.write(message)
            pipe.flush()
        except OSError:
            raise self._gone() from None

    def _batch(self) -> "pa.Buffer | None":
        """The next batch's message; None at the end of the answer."""
        pipe = cast("BufferedReader", self._process.stdout)
        header = pipe.read(HEADER.size)
        if len(header) < HEADER.size:
            raise self._gone()
        kind, size = HEADER.unpack(header)
        body = pa.allocate_buffer(size)
        if pipe.readinto(body) < size:
            raise self._gone()
        if kind == ERROR:
            self._busy = False  # it waits for the next query
            raise self._failed(body.to_pybytes().decode())
        return body if kind == BATCH else None

    def _failed(self, message: str) -> StoreError:
        for words, kind, meaning in _ERRORS:
            if words in message:
                return kind(f"{self._path}: {meaning} (ADBC says: {message})")
        return StoreError(f"{self._path}: reading columns failed: {message}")

    def _gone(self) -> StoreError:
        code = self._process.poll()
        ended = "was stopped" if code is None else f"ended with code {code}"
        return StoreUnavailable(f"{self._path}: the column reader {ended}; try again")


class Readers:
    """The column readers of one store, started when they are needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._idle: list[Reader] = []
        self._all: set[Reader] = set()
        self._end = weakref.finalize(self, _close_all, self._all, os.getpid())

    def stream(self, query: Query) -> Generator[pa.RecordBatch, None, None]:
        """The batches of a query."""
        reader = self._take()
        try:
            yield from reader.stream(query)
        finally:
            self._give_back(reader)

    def close(self) -> None:
        """End every reader; scans that still run will fail."""
        self._end()

    def _take(self) -> Reader:
        with self._lock:
            while self._idle:
                reader = self._idle.pop()
                if reader.usable:
                    return reader
                self._all.discard(reader)
                reader.close()
            reader = Reader(self._path)
            self._all.add(reader)
            return reader

    def _give_back(self, reader: Reader) -> None:
        with self._lock:
            keep = reader.usable and self._end.alive and len(self._idle) < _IDLE
            if keep:
                self._idle.append(reader)
            else:
                self._all.discard(reader)
        if not keep:
            reader.close()


def _close_all(readers: set[Reader], process: int) -> None:
    if process != os.getpid():
        return  # a fork's copy: the readers are its parent's
    while readers:
        reader = readers.pop()
        if reader.busy:  # the scan that uses it closes it when it notices
            reader.stop()
        else:
            reader.close()
