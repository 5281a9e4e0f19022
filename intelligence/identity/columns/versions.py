"""What records were said to be, kept as the store's own text until it is asked for.

Columns are made some ten thousand versions at a time; a single record's versions are
decoded when somebody looks at them.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

import msgspec
import numpy as np
import pyarrow as pa

from graph.model import Texts
from graph.snapshot import Snapshot
from intelligence.arrays import Ints, listed
from intelligence.identity.columns.table import Column
from intelligence.tables import dated, ends, times

CHUNK = 20_000
"""Versions that are decoded at once."""

Said = list[tuple[int | None, Texts]]
"""What a record was said to be: (observed_at or None, values), the oldest first."""

_decode = msgspec.json.Decoder(Texts).decode


@dataclass(frozen=True)
class Versions:
    """The versions of n records.

    Attributes:
        value: canonical values of each version, JSON.
        raw: as written, JSON.
        when: UTC microseconds or ``UNDATED``, shape (v,).
        order: versions by record, shape (m,).
        start: where each record's begin in ``order``, and the last ends, (n + 1,).
    """

    value: Any
    raw: Any
    when: Ints
    order: Ints
    start: Ints

    @staticmethod
    def of(snapshot: Snapshot) -> "Versions":
        """The versions of a snapshot's records."""
        table = snapshot.nodes("Version")
        version, record = ends(snapshot.between("VERSION_OF", "Version", "Record"))
        size = np.bincount(record, minlength=snapshot.count("Record"))
        return Versions(
            _whole(table, "value"),
            _whole(table, "raw"),
            times(table, "observed_at"),
            version[np.lexsort((version, record))],
            np.append(0, np.cumsum(size)),
        )

    def said(self, row: int) -> Said:
        """What a record was said to be, undated first, then by time.

        Of several at one time the fullest comes last, whichever feed came first.
        """
        told = [
            (int(self.when[place]), _values(self.value[place]), place)
            for place in self._of(row)
        ]
        told.sort(key=lambda one: (one[0], len(one[1]), one[2]))
        return [(dated(when), values) for when, values, _ in told]

    def spelled(self, row: int, attribute: str) -> list[tuple[str, int | None]]:
        """How an attribute of a record was written, and when."""
        return [
            (text.strip(), dated(int(self.when[place])))
            for place in self._of(row)
            for text in _values(self.raw[place]).get(attribute, ())
        ]

    def _of(self, row: int) -> list[int]:
        return listed(self.order[self.start[row] : self.start[row + 1]])

    def columns(self, name: str) -> dict[str, Column]:
        """All that the records were said to be; of each, the latest first, each once.

        Args:
            name: ``value`` or ``raw``.
        """
        texts = self.value if name == "value" else self.raw
        heard: dict[str, _Heard] = {}
        for begin in range(0, len(texts), CHUNK):
            _hear(texts.slice(begin, CHUNK).to_pylist(), begin, heard)
        found = {name: self._column(one) for name, one in sorted(heard.items())}
        return {name: column for name, column in found.items() if len(column.code)}

    def _column(self, heard: "_Heard") -> Column:
        place, code = heard.arrays()
        record = self._record[place]
        kept = np.flatnonzero(record >= 0)
        order = kept[np.lexsort((kept, -self._rank[place[kept]], record[kept]))]
        return Column(record[order], code[order], list(heard.texts)).firsts()

    @cached_property
    def _record(self) -> Ints:
        """The record of each version, -1 for none."""
        found = np.full(len(self.when), -1, dtype=np.int64)
        found[self.order] = np.repeat(
            np.arange(len(self.start) - 1), np.diff(self.start)
        )
        return found

    @cached_property
    def _rank(self) -> Ints:
        """Which version counts as later, as ``said`` orders them."""
        size = np.zeros(len(self.when), dtype=np.int64)
        for place in listed(self._at_once()):
            size[place] = len(_values(self.value[place]))
        rank = np.empty(len(size), dtype=np.int64)
        rank[np.lexsort((size, self.when))] = np.arange(len(size))
        return rank

    def _at_once(self) -> Ints:
        """The versions of records that were said to be several things at one time."""
        when, record = self.when[self.order], self._record[self.order]
        order = np.lexsort((when, record))
        same = when[order][1:] == when[order][:-1]
        same &= record[order][1:] == record[order][:-1]
        twin = np.flatnonzero(same)
        return self.order[order[np.union1d(twin, twin + 1)]]


@dataclass(frozen=True)
class _Heard:
    """The values of one attribute: which version says which text."""

    texts: dict[str, int] = field(default_factory=dict[str, int])
    parts: list[tuple[Ints, Ints]] = field(default_factory=list[tuple[Ints, Ints]])

    def arrays(self) -> tuple[Ints, Ints]:
        place, code = zip(*self.parts, strict=True)
        return np.concatenate(place), np.concatenate(code)


def _hear(said: list[str | None], begin: int, heard: dict[str, _Heard]) -> None:
    """Number the texts of some versions, attribute by attribute."""
    fresh: dict[str, tuple[list[int], list[int]]] = {}
    for place, text in enumerate(said, begin):
        for name, values in (_decode(text) if text else {}).items():
            if name not in fresh:
                fresh[name] = [], []
                heard.setdefault(name, _Heard())
            number = heard[name].texts
            places, codes = fresh[name]
            for value in values:
                places.append(place)
                codes.append(number.setdefault(value, len(number)))
    for name, (places, codes) in fresh.items():
        part = np.array(places, dtype=np.int64), np.array(codes, dtype=np.int64)
        heard[name].parts.append(part)


def _whole(table: pa.Table, name: str) -> Any:  # noqa: ANN401 - pyarrow is untyped
    """A column of JSON in one piece, so that a row of it is found at once."""
    column: Any = cast("Any", table.column(name)).cast(pa.large_string())
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _values(scalar: Any) -> Texts:  # noqa: ANN401 - pyarrow is untyped
    text = cast("str | None", scalar.as_py())
    return _decode(text) if text else {}
