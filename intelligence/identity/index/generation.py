"""One generation: all records of a store at a watermark, as arrays."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from intelligence.arrays import Ints, expand
from intelligence.identity.columns.packed import Hashes, Letters
from intelligence.identity.columns.table import Codes
from intelligence.identity.columns.whole import Whole
from intelligence.identity.index import files
from intelligence.identity.index.files import AnyArray, Manifest
from intelligence.identity.index.layout import Layout
from intelligence.identity.index.postings import Postings

Bytes = npt.NDArray[np.uint8]

VALUE = np.dtype([("hash", "<u8"), ("start", "<u4"), ("count", "<i4")])
"""What is kept of a value, together: a question touches values all over the memory."""

LINE = 16
"""Numbers of a row for each line of the processor's cache."""

_TRAITS = 4


@dataclass(frozen=True)
class Generation:
    """n records with v distinct values, read-only.

    A value has one number over all fields: those of a field stand together, in the
    order of their hashes.

    Attributes:
        folder: where it is.
        manifest: what it is.
        layout: of the rows of codes.
        postings: blocks of all keys.
        ids: of the records, ascending, shape (n, 16).
        codes: numbers of what each record says, -1 for none, shape (n, columns).
        traits: source, 1 for an organization, initial, and party or -1; shape (n, 4).
        first: number of each field's first value, and v.
        hashes: of the values, shape (v,).
        letters: of all values, packed.
        start: where each value begins in ``letters``.
        count: how often each value is said.
        initials: of the values of holders' fields, initials of the holders as bits.
        held: where each holders' value begins in ``holders``.
        holders: rows.
        words: hashes of the words of organizations' names, sorted.
        word_count: by how many names each is held.
        names: whole names of organizations, UTF-8.
        name_start: where each begins, and the last ends.
        parties: ids, ascending, shape (p, 16).
        member_start: where each party begins in ``members``.
        members: rows.
    """

    folder: Path
    manifest: Manifest
    layout: Layout
    postings: Postings
    ids: Bytes
    codes: Codes
    traits: Codes
    first: Ints
    hashes: Hashes
    letters: Letters
    start: Ints
    count: Codes
    initials: Hashes
    held: Ints
    holders: Codes
    words: Hashes
    word_count: Codes
    names: Bytes
    name_start: Ints
    parties: Bytes
    member_start: Ints
    members: Codes

    @staticmethod
    def opened(folder: Path) -> "Generation | None":
        """Map a generation; None where it is not whole or of another version."""
        found = files.read(folder)
        if found is None:
            return None
        manifest, arrays = found
        return Generation.of(folder, manifest, arrays)

    @staticmethod
    def of(
        folder: Path, manifest: Manifest, arrays: Mapping[str, AnyArray]
    ) -> "Generation":
        """A generation of arrays by name."""
        rest = dict(cast("dict[str, Any]", arrays))
        postings = Postings(rest.pop("buckets"), rest.pop("entries"))
        layout = Layout.of(manifest.fields)
        values, rows = rest.pop("values").view(VALUE).reshape(-1), rest.pop("rows")
        rest |= {
            "hashes": values["hash"][:-1],
            "start": values["start"],
            "count": values["count"][:-1],
            "traits": rows[:, :_TRAITS],
            "codes": rows[:, _TRAITS : _TRAITS + layout.wide],
        }
        return Generation(folder, manifest, layout, postings, **rest)

    @property
    def rows(self) -> int:
        """How many records."""
        return self.manifest.rows

    @property
    def values(self) -> int:
        """How many values."""
        return len(self.hashes)

    @cached_property
    def whole(self) -> Whole:
        """The customs by which its records were prepared."""
        one = self.manifest
        return Whole(
            frozenset(one.attributes),
            one.houses_apart,
            organizations=one.organizations > 0,
            people=one.organizations < one.rows,
        )

    def field(self, name: str) -> int:
        """The number of a field, -1 where there is none."""
        return self.layout.names.index(name) if name in self.layout.names else -1

    def numbers(self, name: str, hashes: Hashes) -> Ints:
        """Numbers of a field's values by their hashes, -1 for new ones."""
        field = self.field(name)
        if field < 0 or not len(hashes):
            return np.full(len(hashes), -1, dtype=np.int64)
        low, high = int(self.first[field]), int(self.first[field + 1])
        have = self.hashes[low:high]
        if not len(have):
            return np.full(len(hashes), -1, dtype=np.int64)
        place = np.minimum(np.searchsorted(have, hashes), len(have) - 1)
        return np.where(have[place] == hashes, place + low, -1)

    def words_held(self, words: Hashes) -> Ints:
        """By how many names of organizations words are held."""
        if not len(self.words):
            return np.zeros(len(words), dtype=np.int64)
        place = np.minimum(np.searchsorted(self.words, words), len(self.words) - 1)
        found = self.word_count[place].astype(np.int64)
        found[self.words[place] != words] = 0
        return found

    def holders_of(self, values: Ints) -> tuple[Ints, Ints]:
        """Which of the values, and the row, of each holding of holders' values."""
        begin = self.held[values].astype(np.int64)
        which, place = expand(begin, self.held[values + 1].astype(np.int64) - begin)
        return which, self.holders[place].astype(np.int64)

    @property
    def held_values(self) -> int:
        """How many values have ``initials`` and holders: the first ones."""
        return len(self.initials)

    def members_of(self, parties: Ints) -> tuple[Ints, Ints]:
        """Which of the parties, and the row, of their members."""
        begin = self.member_start[parties].astype(np.int64)
        which, place = expand(
            begin, self.member_start[parties + 1].astype(np.int64) - begin
        )
        return which, self.members[place].astype(np.int64)
