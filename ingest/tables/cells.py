"""The cells of a table as numbered texts, column by column, in bounded memory.

Rows come from the reader that ingest uses, so that a table is read in one way only. A
distinct text is kept once per column; a cell is its number, four bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from graph.progress import Progress, silent
from ingest.facts.alike import Alike
from ingest.reading.lines import Line
from ingest.settings import IngestSettings
from ingest.sources.source import Shape
from ingest.tables.mapping import Mapping
from ingest.tables.numbered import Cells, Codes
from ingest.tables.rows import check_fits
from ingest.taking.feeds import file_items

_BATCH_ROWS = 20_000
STAGE = "read the table"


@dataclass(frozen=True)
class TableCells:
    """The readable rows of a table.

    Attributes:
        rows: how many.
        unreadable: rows that were left out: not UTF-8, too long, of another width.
        columns: those that the mapping names.
        unnamed: names of rows without an id of their own, by row.
    """

    rows: int
    unreadable: int
    columns: dict[str, Cells]
    unnamed: dict[int, str]

    def cells(self, column: str) -> Cells:
        """One column."""
        return self.columns[column]


def read_cells(
    path: Path, mapping: Mapping, settings: IngestSettings, progress: Progress = silent
) -> TableCells:
    """Read the columns that a mapping names.

    Raises:
        BadFeed: the file cannot be read.
        BadMapping: the table has not the columns that the mapping names.
    """
    with file_items(path, Shape.TABLE, settings) as (header, lines):
        check_fits(mapping, header)
        wanted = {
            column: header.index(column)
            for field in mapping.fields.values()
            for column in field.columns
        }
        reader = _Reader(wanted, _id_places(mapping, wanted), len(header))
        while part := list(islice(lines, _BATCH_ROWS)):
            reader.take(part)
            progress(STAGE, reader.rows, None)
    return reader.finished()


def _id_places(mapping: Mapping, wanted: dict[str, int]) -> list[int]:
    field = mapping.fields.get("record_id")
    return [wanted[column] for column in field.columns] if field else []


class _Reader:
    """Gathers batches of rows."""

    def __init__(self, wanted: dict[str, int], id_at: list[int], width: int) -> None:
        self._wanted, self._id_at, self._width = wanted, id_at, width
        self._numbers: dict[str, dict[str, int]] = {name: {"": 0} for name in wanted}
        self._codes: dict[str, list[Codes]] = {name: [] for name in wanted}
        self._alike, self._unnamed = Alike(), dict[int, str]()
        self._unreadable, self.rows = 0, 0

    def take(self, lines: Sequence[Line]) -> None:
        kept = [line for line in lines if self._readable(line)]
        self._unreadable += sum(not _blank(line) for line in lines) - len(kept)
        for row, line in enumerate(kept, self.rows):
            if not any(line.fields[at].strip() for at in self._id_at if line.fields):
                self._unnamed[row] = self._alike.name(line.data)
        self.rows += len(kept)
        columns = list(zip(*(line.fields or () for line in kept), strict=True))
        for name, at in self._wanted.items() if columns else ():
            self._codes[name].append(_coded(columns[at], self._numbers[name]))

    def finished(self) -> TableCells:
        found = {
            name: Cells(_joined(self._codes[name]), list(numbers))
            for name, numbers in self._numbers.items()
        }
        return TableCells(self.rows, self._unreadable, found, self._unnamed)

    def _readable(self, line: Line) -> bool:
        return line.fields is not None and len(line.fields) == self._width


def _blank(line: Line) -> bool:
    return line.length is None and not line.data.strip()


def _coded(texts: Sequence[str], number: dict[str, int]) -> Codes:
    found = [number.setdefault(text.strip(), len(number)) for text in texts]
    return np.array(found, dtype=np.int32)


def _joined(parts: Sequence[Codes]) -> Codes:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)
