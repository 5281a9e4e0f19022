"""A table cut into tables of some of its records, as if they came one after another."""

import csv
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np

from api.labels import Labelled
from graph.errors import BadFeed, BadMapping
from ingest.reading.lines import Line
from ingest.settings import IngestSettings
from ingest.sources.source import Shape
from ingest.tables.mapping import Mapping
from ingest.tables.rows import check_fits, stem
from ingest.taking.feeds import file_items
from intelligence.arrays import Ints

Arrival = Callable[[Ints], Ints]
"""Of the record of each readable row, counted from 0: the records as they arrive."""

_NAMES = ("owner", "source", "record_id")


class _Writer(Protocol):
    """What ``csv.writer`` makes."""

    def writerow(self, row: Iterable[str], /) -> object:
        """Write a row."""
        ...


def cut(table: Labelled, folder: Path, *, parts: int, arrival: Arrival) -> list[Path]:
    """Write one half of a table's records and then the rest in some parts, as CSV.

    All rows of a record are in one part. The file is read twice and never held: memory
    is that of the records' names and order. Rows that cannot be read are left out.

    Args:
        table: its mapping names the column of the records' ids.
        folder: of the parts; each lies in a folder of its own under the table's name,
            for that is the source of a table without one.
        parts: of the second half.
        arrival: which records come first.

    Raises:
        BadFeed: the file cannot be read, or has too few records.
        BadMapping: the mapping does not fit, or names no column of ids.
    """
    path, mapping, settings = table.path, table.mapping, table.settings
    if "record_id" not in mapping.fields:
        message = f"{mapping.name}: labels need a column of ids: map record_id"
        raise BadMapping(message)
    number: dict[tuple[str, ...], int] = {}
    with _rows(path, mapping, settings) as (header, lines):
        at = _places(mapping, header)
        rows = [number.setdefault(_key(line, at), len(number)) for line in lines]
    if len(number) <= 2 * parts:
        message = f"{path}: {len(number)} records are too few to be cut into parts"
        raise BadFeed(message)
    of = _part_of(arrival(np.array(rows, dtype=np.int64)), parts)
    files = [
        folder / f"part-{one:02}" / f"{stem(path)}.csv" for one in range(parts + 1)
    ]
    with ExitStack() as stack, _rows(path, mapping, settings) as (header, lines):
        writers = [_writer(stack, file) for file in files]
        for writer in writers:
            writer.writerow(header)
        for line in lines:
            writers[int(of[number[_key(line, at)]])].writerow(line.fields or ())
    return files


@contextmanager
def _rows(
    path: Path, mapping: Mapping, settings: IngestSettings
) -> Generator[tuple[Sequence[str], Iterator[Line]]]:
    """The header of a table and its readable rows."""
    applied = mapping.applied(settings)
    with file_items(path, Shape.TABLE, applied) as (header, lines):
        check_fits(mapping, header)
        width = len(header)
        yield header, (one for one in lines if len(one.fields or ()) == width)


def _places(mapping: Mapping, header: Sequence[str]) -> list[int]:
    """Where the cells stand that name a record."""
    fields = [mapping.fields[name] for name in _NAMES if name in mapping.fields]
    return [header.index(column) for field in fields for column in field.columns]


def _key(line: Line, at: Sequence[int]) -> tuple[str, ...]:
    cells = line.fields or ()
    return tuple(cells[one].strip() for one in at)


def _part_of(order: Ints, parts: int) -> Ints:
    """The part of each record: 0 for the first half, then 1 to ``parts``."""
    half = len(order) // 2
    found = np.zeros(len(order), dtype=np.int64)
    for part, some in enumerate(np.array_split(order[half:], parts), 1):
        found[some] = part
    return found


def _writer(stack: ExitStack, file: Path) -> _Writer:
    file.parent.mkdir(parents=True)
    out = stack.enter_context(file.open("w", encoding="utf-8", newline=""))
    return csv.writer(out)
