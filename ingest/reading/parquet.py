"""A Parquet file as the rows of a table, in bounded memory.

Cells become the texts that a CSV export of the table would hold: blank for null,
ISO 8601 for times, ``true`` and ``false``, whole numbers without a point, JSON for
lists and structures. A row's place is its number; its data is its cells as JSON.
"""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Protocol, cast

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from graph.errors import BadFeed
from ingest.reading.lines import Line

MAGIC = b"PAR1"
_BATCH_ROWS = 5_000
_encode = msgspec.json.Encoder(enc_hook=str).encode


class _Reader(Protocol):
    """The part of ``ParquetFile`` whose types its stubs leave open."""

    def iter_batches(self, batch_size: int) -> Iterator[pa.RecordBatch]: ...


def is_parquet(path: Path) -> bool:
    """Whether a file begins as Parquet does."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def parquet_rows(path: Path) -> tuple[list[str], Iterator[Line]]:
    """The header, and the rows with their cells.

    Raises:
        BadFeed: the file is damaged.
    """
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise _damaged(path) from error
    return file.schema_arrow.names, _rows(path, file)


def _rows(path: Path, file: pq.ParquetFile) -> Iterator[Line]:
    number = 0
    try:
        for batch in _batches(file):
            columns = [list(map(_text, column)) for column in batch.values()]
            for cells in zip(*columns, strict=True):
                data = _encode(cells)
                yield Line(number + 1, number, data, number + 1, fields=list(cells))
                number += 1
    except (pa.ArrowInvalid, OSError) as error:
        raise _damaged(path) from error
    finally:
        file.close()


def _batches(file: pq.ParquetFile) -> Iterator[dict[str, list[object]]]:
    read = cast("_Reader", file)
    return (batch.to_pydict() for batch in read.iter_batches(_BATCH_ROWS))


def _damaged(path: Path) -> BadFeed:
    return BadFeed(f"{path}: the Parquet data is damaged or cut off; send it again")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None or value != value:  # noqa: PLR0124 - not a number
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, bool | list | dict):
        return _encode(value).decode()
    return str(value)
