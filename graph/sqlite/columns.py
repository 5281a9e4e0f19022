"""The column reader: a program that answers queries with Arrow batches.

It runs in a process of its own because ADBC brings its own copy of SQLite, and two
copies in one process break each other's file locks (sqlite.org/howtocorrupt.html,
2.2.1). It imports nothing of Closeknit, so that it starts quickly and never loads
the standard library's copy. ``graph.sqlite.readers`` starts it and talks to it:

- it is started with the database's URI and its parent's process id;
- a request is a frame of JSON (``sql``, ``parameters``, ``batch_rows``) and a frame
  with the Arrow schema wanted;
- the first row of the answer only fixes the columns' types, because ADBC guesses
  them from the first rows; it is left out;
- each batch goes out as a frame, at most ``AHEAD`` of them unacknowledged; each is
  acknowledged by one byte, ``GO`` or ``STOP``; a frame of its own ends the answer;
- it ends when its input ends or its parent is gone.
"""

import json
import os
import signal
import struct
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any, BinaryIO

import adbc_driver_manager as adbc
import adbc_driver_sqlite
import pyarrow as pa

HEADER = struct.Struct("!cQ")  # what follows, and its length in bytes
REQUEST, BATCH, ERROR, END = b"R", b"B", b"E", b"Z"
GO, STOP = b"+", b"-"
AHEAD = 2
_PARENT_CHECK_SECONDS = 1.0
_SETTINGS = (
    "PRAGMA query_only = 1",
    "PRAGMA busy_timeout = 10000",
    "PRAGMA cache_size = -16000",
    "PRAGMA mmap_size = 1073741824",
)


class Answer:
    """One answer on its way out, never more than ``AHEAD`` batches ahead."""

    def __init__(self, commands: BinaryIO, out: BinaryIO) -> None:
        self._commands, self._out = commands, out
        self._waiting = 0
        self.stopped = False

    def send(self, kind: bytes, body: "bytes | pa.Buffer" = b"") -> None:
        """Write one frame."""
        self._out.write(HEADER.pack(kind, len(body)))
        self._out.write(body)
        self._out.flush()
        self._waiting += kind == BATCH
        while self._waiting >= (AHEAD if kind == BATCH else 1):
            self._acknowledge()

    def _acknowledge(self) -> None:
        command = self._commands.read(1)
        if not command:
            raise EOFError
        self._waiting -= 1
        self.stopped = self.stopped or command == STOP


def frame(stream: BinaryIO) -> bytes | None:
    """The body of the next frame; None at the end of the stream."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    return stream.read(HEADER.unpack(header)[1])


def batches(
    connection: adbc.AdbcConnection, request: dict[str, Any], schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    """The rows of a query in the types wanted, without the row that fixes them.

    Columns beyond those of the schema only served the order and are left out.
    """
    with adbc.AdbcStatement(connection) as statement:
        rows = str(request["batch_rows"])
        statement.set_options(**{"adbc.sqlite.query.batch_rows": rows})
        statement.set_sql_query(str(request["sql"]))
        if parameters := request["parameters"]:
            named = {str(number): value for number, value in enumerate(parameters)}
            statement.bind(pa.RecordBatch.from_pylist([named]))
        stream, _ = statement.execute_query()
        with pa.RecordBatchReader.from_stream(stream) as reader:
            skip = 1
            for batch in reader:
                if batch.num_rows > skip:
                    wanted = batch.slice(skip).select(range(len(schema)))
                    yield wanted.rename_columns(schema.names).cast(schema)
                skip = 0


class Database:
    """The database, opened when it is first asked."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._connection: adbc.AdbcConnection | None = None

    @property
    def connection(self) -> adbc.AdbcConnection:
        """The open connection; opening it is tried anew after a failure."""
        if self._connection is None:
            connection = adbc.AdbcConnection(adbc_driver_sqlite.connect(self._uri))
            for setting in _SETTINGS:
                with adbc.AdbcStatement(connection) as statement:
                    statement.set_sql_query(setting)
                    statement.execute_update()
            self._connection = connection
        return self._connection


def answer(database: Database, commands: BinaryIO, out: BinaryIO) -> bool:
    """Answer one request; False when there is none any more."""
    request, schema = frame(commands), frame(commands)
    if request is None or schema is None:
        return False
    outgoing = Answer(commands, out)
    try:
        wanted = pa.ipc.read_schema(pa.py_buffer(schema))
        for batch in batches(database.connection, json.loads(request), wanted):
            outgoing.send(BATCH, batch.serialize())
            if outgoing.stopped:
                break
    except (BrokenPipeError, EOFError):
        raise  # nobody listens any more
    except (adbc.Error, pa.ArrowException, OSError) as error:
        # The text of the query, which ADBC adds, says nothing to a reader.
        outgoing.send(ERROR, str(error).partition("\nquery:")[0].encode())
    else:
        outgoing.send(END)
    return True


def end_with(parent: int) -> None:
    """End this process when its parent is gone, whatever it is doing."""
    while os.getppid() == parent:
        time.sleep(_PARENT_CHECK_SECONDS)
    os._exit(0)


def main(uri: str, parent: int) -> None:
    """Answer requests from standard input on standard output until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    threading.Thread(target=end_with, args=(parent,), daemon=True).start()
    # Nothing else may write to the stream of frames.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    database = Database(uri)
    try:
        while answer(database, sys.stdin.buffer, out):
            pass
    except (BrokenPipeError, EOFError):
        pass  # the parent is gone
    os._exit(0)  # nothing is left to write, and a broken pipe must not be flushed


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
