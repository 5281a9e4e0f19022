"""Records as columns: what resolution reads, wherever it comes from.

One row a record. A record may say several things of one attribute (two phones, an old
and a new surname); the first is the one that it prefers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from intelligence.arrays import Ints, listed

Codes = npt.NDArray[np.int32]

PERSON, ORGANIZATION = 0, 1


@dataclass(frozen=True)
class Column:
    """What n records say of one attribute.

    Attributes:
        owner: the record of each value, ascending, shape (m,).
        code: which text it is, shape (m,).
        texts: the distinct texts, none blank.
    """

    owner: Ints
    code: Ints
    texts: list[str]

    @staticmethod
    def of(values: Any) -> "Column":  # noqa: ANN401 - pyarrow's arrays are untyped
        """A column of an Arrow array of texts or of lists of texts; blanks say none."""
        array: Any = values.combine_chunks() if hasattr(values, "chunks") else values
        if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
            owner = np.asarray(cast("Any", pc).list_parent_indices(array))
            array = cast("Any", pc).list_flatten(array)
        else:
            owner = np.arange(len(array))
        if not pa.types.is_dictionary(array.type):
            array = array.cast(pa.string()).dictionary_encode()
        texts: list[str | None] = array.dictionary.to_pylist()
        code = np.asarray(array.indices.fill_null(-1)).astype(np.int64)
        said = np.array([bool(text and text.strip()) for text in texts] + [False])
        kept = said[code]
        return _compact(owner[kept].astype(np.int64), code[kept], texts)

    @staticmethod
    def listed(values: Sequence[Sequence[str]]) -> "Column":
        """A column of one list of texts for each record."""
        return Column.of(pa.array(values, pa.list_(pa.string())))

    def slots(self, rows: int, most: int) -> Codes:
        """The first texts of each record, as codes; -1 where there are fewer.

        Returns:
            Shape (rows, s), s the most that a record says, 1 to ``most``.
        """
        if len(self.owner) <= 1 or (self.owner[1:] != self.owner[:-1]).all():
            found = np.full((rows, 1), -1, dtype=np.int32)
            found[self.owner, 0] = self.code
            return found
        new = np.ones(len(self.owner), dtype=np.bool_)
        new[1:] = self.owner[1:] != self.owner[:-1]
        begin = np.flatnonzero(new)
        rank = np.arange(len(new)) - np.repeat(
            begin, np.diff(np.append(begin, len(new)))
        )
        wide = min(most, int(rank.max()) + 1) if len(rank) else 1
        found = np.full((rows, wide), -1, dtype=np.int32)
        kept = rank < wide
        found[self.owner[kept], rank[kept]] = self.code[kept]
        return found

    def moved(self, place: Ints) -> "Column":
        """The same with each record at a new place, shape (n,)."""
        owner = place[self.owner]
        order = np.argsort(owner, kind="stable")
        return Column(owner[order], self.code[order], self.texts)

    def firsts(self) -> "Column":
        """Each text of a record once, where it comes first; blank ones say none."""
        said = np.array([bool(text.strip()) for text in self.texts] + [False])
        kept = np.flatnonzero(said[self.code])
        owner, code = self.owner[kept], self.code[kept]
        order = np.lexsort((code, owner))
        new = np.ones(len(order), dtype=np.bool_)
        new[1:] = owner[order][1:] != owner[order][:-1]
        new[1:] |= code[order][1:] != code[order][:-1]
        first = np.sort(order[new])
        return _compact(owner[first], code[first], self.texts)

    def lists(self, rows: int) -> list[list[str]]:
        """What each record says."""
        found: list[list[str]] = [[] for _ in range(rows)]
        for owner, code in zip(listed(self.owner), listed(self.code), strict=True):
            found[owner].append(self.texts[code])
        return found


def _compact(owner: Ints, code: Ints, texts: Sequence[str | None]) -> Column:
    used, number = np.unique(code, return_inverse=True)
    return Column(
        owner, number.reshape(-1).astype(np.int64), [texts[at] or "" for at in used]
    )


@dataclass(frozen=True)
class RecordTable:
    """n records.

    Attributes:
        ids: what the caller calls each record; no comparison reads it.
        source: number of the source of each, shape (n,).
        organization: 1 for an organization, 0 for a person, shape (n,).
        values: attribute of the design (``name.given``, ``x.NAME``, …) → canonical
            values. An attribute that no record has is left out.
        raw: attribute → texts as written, for explanations; may be empty.
    """

    ids: list[str]
    source: Ints
    organization: Ints
    values: Mapping[str, Column]
    raw: Mapping[str, Column] = field(default_factory=dict[str, Column])

    def __len__(self) -> int:
        return len(self.ids)

    def taken(self, order: Ints) -> "RecordTable":
        """The table with its rows in another order.

        Args:
            order: the old row of each new one, a permutation of n.
        """
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        return replace(
            self,
            ids=[self.ids[row] for row in listed(order)],
            source=self.source[order],
            organization=self.organization[order],
            values={name: one.moved(place) for name, one in self.values.items()},
            raw={name: one.moved(place) for name, one in self.raw.items()},
        )

    @staticmethod
    def of(table: pa.Table) -> "RecordTable":
        """The records of an Arrow table, one row a record.

        Args:
            table: ``record_id``, ``source`` and ``kind`` ("person", "organization" or
                null for a person) as texts, ``seen_at`` (not read), and for each
                attribute a list of canonical texts, or a text. Columns that start
                with ``raw:`` hold what was written.
        """
        columns = {name: cast("Any", table.column(name)) for name in table.column_names}
        ids = [str(one) for one in columns.pop("record_id").to_pylist()]
        columns.pop("seen_at", None)
        source = np.zeros(len(ids), dtype=np.int64)
        if "source" in columns:
            coded = columns.pop("source").combine_chunks().dictionary_encode()
            source = np.asarray(coded.indices.fill_null(-1)).astype(np.int64)
        kind = (
            columns.pop("kind").to_pylist() if "kind" in columns else [None] * len(ids)
        )
        found = {name: Column.of(one) for name, one in columns.items()}
        return RecordTable(
            ids,
            source,
            np.array([one == "organization" for one in kind], dtype=np.int64),
            {n: c for n, c in found.items() if len(c.code) and n[:4] != "raw:"},
            {n[4:]: c for n, c in found.items() if len(c.code) and n[:4] == "raw:"},
        )


def sorted_rows(names: pa.Table) -> Ints:
    """The rows of a table of texts by its columns, the first column first.

    By code points, which no locale changes.
    """
    columns = cast("Any", names)
    plain = [columns.column(at).cast(pa.string()) for at in range(columns.num_columns)]
    table = cast("Any", pa).table(plain, names=columns.column_names)
    keys = [(name, "ascending") for name in columns.column_names]
    return np.asarray(cast("Any", pc).sort_indices(table, sort_keys=keys)).astype(
        np.int64
    )
