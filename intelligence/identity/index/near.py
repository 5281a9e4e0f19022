"""Which records share a key with some, and what the pairs weigh."""

from dataclasses import dataclass

import numpy as np

from intelligence.arrays import Bools, Ints, listed
from intelligence.identity.index.delta import Delta
from intelligence.identity.index.layout import HOLDERS
from intelligence.identity.index.little import Asked, Little
from intelligence.identity.keys import LARGEST, KeyColumn, names
from intelligence.identity.model import Model
from intelligence.identity.packed import Hashes
from intelligence.identity.scoring import Scores
from intelligence.identity.yields import wanted

HUB = 150
"""An identifier that more records say brings nobody together by itself."""

MOST = 4_000
"""Candidates of a record at most; those of its smallest blocks come first."""

_WIDE = 600
"""Blocks of more entries are not read at all."""

_HIGH = np.int64(32)


@dataclass(frozen=True)
class Hub:
    """A value of an asked record that very many records say.

    Attributes:
        asked: which of the asked.
        field: ``phone``, ``email``, ``dwelling`` and so on.
        records: how many say it.
    """

    asked: int
    field: str
    records: int


@dataclass(frozen=True)
class Near:
    """Pairs of an asked record and another, p of them.

    Attributes:
        asked: which of the asked, shape (p,).
        other: the other's row in ``little``, shape (p,).
        record: the other's id.
        party: the other's party, "" for none.
        scores: of the pairs.
        little: all records concerned, the asked first; weighs any pairs of them.
        hubs: values that bring nobody together.
        watermark: the seq up to which the index knew the store.
    """

    asked: Ints
    other: Ints
    record: list[str]
    party: list[str]
    scores: Scores
    little: Little
    hubs: list[Hub]
    watermark: int


@dataclass(frozen=True)
class Limits:
    """Which blocks bring records together, as a full run leaves out the others.

    Attributes:
        number: of each kind of key, a row of ``fits``.
        fits: whether a block of so many records, the asked one among them, does;
            shape (kinds, ``LARGEST`` + 2), the last never.
    """

    number: dict[int, int]
    fits: Bools

    @staticmethod
    def of(cutoffs: dict[int, int], model: Model) -> "Limits":
        """The limits of an index.

        Args:
            cutoffs: by kind of key, the most records of a block before one more comes.
            model: tells which blocks are not worth their pairs.
        """
        kinds = wanted(names(), model.left_out)
        fits = np.zeros((len(kinds), LARGEST + 2), dtype=np.bool_)
        for at, (kind, sizes) in enumerate(kinds.items()):
            most = cutoffs.get(kind, LARGEST) + 2
            fits[at, :most] = np.append(sizes, values=False)[:most]
        return Limits({kind: at for at, kind in enumerate(kinds)}, fits)


@dataclass(frozen=True)
class Keys:
    """Keys of some records, k of them.

    Attributes:
        owner: which of the records, shape (k,).
        hashes: of each.
        kind: of each, a row of ``Limits.fits``.
        cap: a block of more records, the asked one among them, brings none together.
    """

    owner: Ints
    hashes: Hashes
    kind: Ints
    cap: Ints

    @staticmethod
    def of(columns: list[KeyColumn], limits: Limits) -> "Keys":
        """The keys that records have."""
        none = np.empty((0, 0), dtype=np.uint64)
        every = np.stack([one.hashes for one in columns]) if columns else none
        column, owner = np.nonzero(every)
        kind = np.array([limits.number[one.kind] for one in columns], dtype=np.int64)
        cap = np.array([one.cap for one in columns], dtype=np.int64)
        return Keys(owner, every[column, owner], kind[column], cap[column])


def candidates(
    delta: Delta, keys: Keys, own: Ints, limits: Limits
) -> tuple[Ints, Ints]:
    """The records that share a key, each pair once.

    Args:
        delta: knows the blocks.
        keys: of the asked records.
        own: the row of each asked record, -1 where it has none, shape (m,).
        limits: of the blocks.

    Returns:
        (which asked record, row), by asked record and row.
    """
    base = delta.base.postings
    begin, size = base.find(keys.hashes)
    read = np.flatnonzero((size > 0) & (size <= _WIDE))
    which, row = base.rows(begin[read], size[read])
    which = read[which]
    if delta.size:
        there = ~delta.is_gone(row)
        later, added = delta.blocks(keys.hashes)
        which = np.append(which[there], later)
        row = np.append(row[there], added)
    apart = own[keys.owner[which]] != row
    which, row = which[apart], row[apart]
    held = np.bincount(which, minlength=len(keys.hashes))
    fits = limits.fits[keys.kind, np.minimum(held + 1, LARGEST + 1)]
    fits &= (held < keys.cap) & (size <= _WIDE)
    kept = fits[which]
    return _distinct(keys.owner[which[kept]], row[kept], held[which[kept]])


def _distinct(owner: Ints, row: Ints, size: Ints) -> tuple[Ints, Ints]:
    """Pairs once each, of the smallest blocks where there are too many."""
    pair = np.unique(owner << _HIGH | row)
    count = np.bincount(pair >> _HIGH) if len(pair) else np.zeros(1, dtype=np.int64)
    if count.max(initial=0) > MOST:
        order = np.lexsort((row, size, owner))
        pair = owner[order] << _HIGH | row[order]
        _, first = np.unique(pair, return_index=True)
        pair = pair[np.sort(first)]
        start = np.searchsorted(pair >> _HIGH, np.arange(len(count)))
        rank = np.arange(len(pair)) - start[pair >> _HIGH]
        pair = np.sort(pair[rank < MOST])
    return pair >> _HIGH, pair & np.int64(2**32 - 1)


def hubs(delta: Delta, asked: Asked) -> list[Hub]:
    """Identifiers of asked records that very many records say."""
    layout = asked.said.layout
    columns = [at for name in HOLDERS for at in layout.places.get(name, [])]
    numbers = asked.said.codes[:, columns].astype(np.int64)
    row, place = np.nonzero((numbers >= 0) & (numbers < len(delta.values)))
    records = delta.counted(numbers[row, place])
    fields = [layout.names[layout.columns[at][0]] for at in columns]
    found = [
        Hub(one, fields[at], many)
        for one, at, many in zip(
            listed(row), listed(place), listed(records), strict=True
        )
        if many > HUB
    ]
    return sorted(found, key=lambda one: (one.asked, one.field, one.records))
