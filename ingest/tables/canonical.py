"""A table's canonical values as columns: each distinct text is put in form once.

The forms are those that ingest gives a row (``ingest.normalize``), so a table that is
read here says the same as one that was ingested. One row a readable row of the file:

    record_id, source, owner   dictionary of utf8
    kind        dictionary of utf8: ``person`` or ``organization``
    seen_at     int64 microseconds UTC, null where unknown
    and a list of (dictionary of) utf8 for each attribute that occurs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa

from graph.progress import Progress, silent
from ingest.normalize.dates import find_orders
from ingest.normalize.registry import Context, normalize_column
from ingest.normalize.times import parse_times
from ingest.settings import IngestSettings
from ingest.tables.cells import TableCells, read_cells
from ingest.tables.mapping import ATTRIBUTES, PLACES, Field, Mapping
from ingest.tables.numbered import (
    Cells,
    Codes,
    any_of,
    as_lists,
    as_texts,
    birth_column,
    derived,
    filled,
    joined,
    numbered,
    slots_apart,
    unless,
    with_source,
)
from ingest.tables.rows import (
    BIRTH,
    BIRTH_PARTS,
    SEEN,
    SURVEYED,
    by_format,
    is_company,
    stem,
)

STAGE = "normalise"
_arrow = cast("Any", pa)


@dataclass(frozen=True)
class CanonicalTable:
    """What a table says.

    Attributes:
        columns: see above.
        unreadable: rows that were left out.
    """

    columns: pa.Table
    unreadable: int


def canonical_table(
    path: str | Path,
    mapping: Mapping,
    settings: IngestSettings | None = None,
    progress: Progress = silent,
) -> CanonicalTable:
    """Read a table, CSV (plain or gzip) or Parquet.

    Args:
        path: of the file.
        mapping: which column is what.
        settings: region, zone and limits.
        progress: told how many rows are read and attributes put in form.

    Raises:
        BadFeed: the file cannot be read.
        BadMapping: the table has not the columns that the mapping names.
    """
    path, settings = Path(path), settings or IngestSettings()
    cells = read_cells(path, mapping, settings, progress)
    reading = _Reading(cells, mapping, settings, stem(path))
    columns = {
        "record_id": as_texts(reading.keys()),
        "source": as_texts(reading.source),
    }
    columns["owner"] = as_texts(reading.owner())
    raw = reading.raw()
    columns["kind"] = as_texts(reading.kind(raw))
    columns["seen_at"] = reading.seen_at()
    said = derived(raw)
    wanted = [*ATTRIBUTES, *sorted(said.keys() - set(ATTRIBUTES))]
    for done, name in enumerate(wanted):
        progress(STAGE, done, len(wanted))
        if name in said:
            columns[name] = reading.canonical(name, said[name])
    progress(STAGE, len(wanted), len(wanted))
    return CanonicalTable(_arrow.table(columns), cells.unreadable)


class _Reading:
    """Fields of a mapping over the cells of a table."""

    def __init__(
        self, cells: TableCells, mapping: Mapping, settings: IngestSettings, source: str
    ) -> None:
        self._cells, self._mapping, self._settings = cells, mapping, settings
        stated = self._place("source")
        self.source = filled(stated, source, cells.rows)

    def keys(self) -> Cells:
        """The id of each row: its own, or one made of its content."""
        stated, unnamed = self._place("record_id"), self._cells.unnamed
        if stated is None:
            return Cells(
                np.arange(1, self._cells.rows + 1, dtype=np.int32),
                ["", *(unnamed[row] for row in range(self._cells.rows))],
            )
        code, texts = stated.code.copy(), list(stated.texts)
        for row, name in unnamed.items():
            code[row] = len(texts)
            texts.append(name)
        return Cells(code, texts)

    def owner(self) -> Cells:
        """Who collected each row."""
        return filled(self._place("owner"), self._settings.owner, self._cells.rows)

    def raw(self) -> dict[str, list[Cells]]:
        """The texts of each attribute, as columns of one text a row."""
        found = {
            name: slots
            for name, field in self._mapping.fields.items()
            if name not in PLACES and (slots := self._slots(field))
        }
        parts = [self._place(name) for name in BIRTH_PARTS]
        if any(part is not None for part in parts):
            whole = birth_column([part or self._blank() for part in parts])
            stated = found.get(BIRTH, [self._blank()])
            found[BIRTH] = [unless(any_of(stated), whole), *stated]
        return found

    def kind(self, raw: dict[str, list[Cells]]) -> Cells:
        """Person or organization, by the rule of ``ingest.tables.rows``."""
        rows = self._cells.rows
        stated = self._place("kind") or self._blank()
        companies = np.array([is_company(text) for text in stated.texts])
        firm = companies[stated.code]
        named = np.zeros(rows, dtype=np.bool_)
        for name, slots in raw.items():
            if name.startswith("name."):
                named |= any_of(slots)
        if any(name.startswith("name.") for name in self._mapping.fields):
            guess = any_of(raw.get("organization.name", [self._blank()])) & ~named
        else:
            guess = np.ones(rows, dtype=np.bool_)
        code = np.where(stated.code > 0, firm, guess).astype(np.int32) + 1
        return Cells(code, ["", "person", "organization"])

    def seen_at(self) -> Any:  # noqa: ANN401 - pyarrow's arrays are untyped
        """When each row was seen."""
        stated = self._place(SEEN)
        if stated is None:
            return _arrow.nulls(self._cells.rows, _arrow.int64())
        form = self._mapping.fields[SEEN].format
        source, text, place = with_source(self.source, stated)
        found: list[int | None] = [None] * len(text)
        for rows, given, orders in _by_source(source, text, stated.texts):
            read = [(by_format(t, form) or t) if form else t for t in given]
            times = parse_times(read, self._mapping.zone, orders)
            for row, at in zip(rows, times.us, strict=True):
                found[row] = at
        return _arrow.array(found, _arrow.int64()).take(_arrow.array(place))

    def canonical(self, name: str, slots: Sequence[Cells]) -> Any:  # noqa: ANN401
        """The canonical values of an attribute, a list for each row."""
        number: dict[str, int] = {"": 0}
        each = [part for slot in slots for part in slots_apart(name, slot)]
        codes = [self._canonical(name, slot, number) for slot in each]
        return as_lists(np.stack(codes, axis=1), list(number))

    def _canonical(self, name: str, slot: Cells, number: dict[str, int]) -> Codes:
        context = Context(self._settings.region, {})
        if name != BIRTH:
            values = normalize_column(name, slot.texts, context).values
            return numbered(values, number)[slot.code]
        source, text, place = with_source(self.source, slot)
        found: list[str | None] = [None] * len(text)
        for rows, given, orders in _by_source(source, text, slot.texts):
            dates = normalize_column(name, given, context._replace(orders=orders))
            for row, value in zip(rows, dates.values, strict=True):
                found[row] = value
        return numbered(found, number)[place]

    def _slots(self, field: Field) -> list[Cells]:
        if field.constant is not None:
            return [filled(None, field.constant, self._cells.rows)]
        columns = [self._cells.cells(column) for column in field.columns]
        slots = [joined(columns)] if field.joined else columns
        if field.attribute == BIRTH and (form := field.format):
            slots = [
                Cells(
                    one.code, [(by_format(t, form) or t) if t else t for t in one.texts]
                )
                for one in slots
            ]
        return slots

    def _place(self, name: str) -> Cells | None:
        field = self._mapping.fields.get(name)
        if field is None:
            return None
        if field.constant is not None:
            return filled(None, field.constant, self._cells.rows)
        return joined([self._cells.cells(column) for column in field.columns])

    def _blank(self) -> Cells:
        return Cells(np.zeros(self._cells.rows, dtype=np.int32), [""])


def _by_source(
    source: Codes, text: Codes, texts: Sequence[str]
) -> Iterable[tuple[list[int], list[str], dict[str, str]]]:
    """Rows of each source, their texts, and the order that its dates show."""
    for one in np.unique(source):
        rows = np.flatnonzero(source == one)
        given = [texts[at] for at in cast("list[int]", text[rows].tolist())]
        yield rows.tolist(), given, find_orders(given[:SURVEYED])
