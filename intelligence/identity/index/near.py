"""Which records share a key with some, and what the pairs weigh."""

from dataclasses import dataclass

import numpy as np

from intelligence.arrays import Bools, Floats, Ints, listed
from intelligence.identity.blocking.few_keys import Keys
from intelligence.identity.blocking.key_kinds import LARGEST, largest, names
from intelligence.identity.clustering.attaching import bare
from intelligence.identity.clustering.pooling import NEAR
from intelligence.identity.columns.fields import Features
from intelligence.identity.engine import LEAST
from intelligence.identity.index.delta import Delta
from intelligence.identity.index.layout import HOLDERS
from intelligence.identity.index.little import Asked, Little
from intelligence.identity.index.lookups import fitting, members
from intelligence.identity.weights.model import Model
from intelligence.identity.weights.scoring import Scores
from intelligence.identity.weights.yields import wanted

HUB = 150
"""An identifier that more records say brings nobody together by itself."""

MOST = 4_000
"""Candidates of a record at most; those of its smallest blocks come first."""

_WIDE = 600
"""Blocks of more entries are not read at all."""

_HIGH, _ROW = np.int64(32), np.int64(2**32 - 1)


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
        replaces: whether an asked record stands in the place of one of the index.
    """

    asked: Ints
    other: Ints
    record: list[str]
    party: list[str]
    scores: Scores
    little: Little
    hubs: list[Hub]
    watermark: int
    replaces: bool = False

    def homes(self) -> dict[str, list[str]]:
        """The parties of the others, and the records of ``little`` that are of each."""
        little = self.little
        mine = little.party[self.other]
        number = {party: int(one) for party, one in zip(self.party, mine, strict=True)}
        rows = {
            party: listed((little.party == one).nonzero()[0])
            for party, one in number.items()
            if party
        }
        return {
            party: sorted([little.ids[row] for row in some])
            for party, some in rows.items()
        }


def limits(cutoffs: dict[int, int], model: Model) -> Bools:
    """Which blocks bring records together, as a full run leaves out the others.

    Args:
        cutoffs: by kind of key, the most records of a block that a full run compares.
        model: tells which blocks are not worth their pairs.

    Returns:
        By kind of key, whether a block of so many records, the asked one among them,
        does; shape (kinds, ``LARGEST`` + 2), the last never.
    """
    kinds = wanted(names(), model.left_out)
    fits = np.zeros((max(kinds) + 1, LARGEST + 2), dtype=np.bool_)
    for kind, sizes in kinds.items():
        most = min(cutoffs.get(kind, LARGEST), largest(kind))
        fits[kind, : most + 1] = sizes[: most + 1]
    return fits


def candidates(delta: Delta, keys: Keys, own: Ints, fits: Bools) -> tuple[Ints, Ints]:
    """The records that share a key, each pair once.

    Args:
        delta: knows the blocks.
        keys: of the asked records.
        own: the row of each asked record, -1 where it has none, shape (m,).
        fits: which blocks bring records together, see ``limits``.

    Returns:
        (which asked record, row), by asked record and row.
    """
    base = delta.base.postings
    begin, size = base.find(keys.hashes)
    size = np.where(size <= _WIDE, size, -1)
    blocks = base.entries, begin, size
    which, row = members(blocks, (keys.owner, own), delta.gone)
    if delta.size:
        later, added = delta.blocks(keys.hashes)
        apart = own[keys.owner[later]] != added
        which, row = np.append(which, later[apart]), np.append(row, added[apart])
    pair, held = fitting((keys.owner, keys.kind, size), (which, row), fits)
    return _distinct(pair, held)


def _distinct(every: Ints, size: Ints) -> tuple[Ints, Ints]:
    """Pairs once each, of the smallest blocks where there are too many."""
    pair = np.unique(every)
    if len(pair) > MOST:
        count = np.bincount(pair >> _HIGH)
        pair = every[np.lexsort((every & _ROW, size, every >> _HIGH))]
        _, first = np.unique(pair, return_index=True)
        pair = pair[np.sort(first)]
        start = np.searchsorted(pair >> _HIGH, np.arange(len(count)))
        rank = np.arange(len(pair)) - start[pair >> _HIGH]
        pair = np.sort(pair[rank < MOST])
    return pair >> _HIGH, pair & _ROW


def least(features: Features) -> Floats:
    """Log odds of a pair below which clustering joins nobody to a record, shape (n,).

    What is shared out among parties, a bare record, is compared with more of them.
    """
    return np.where(bare(features), LEAST, NEAR)


def hubs(delta: Delta, asked: Asked) -> list[Hub]:
    """Identifiers of asked records that very many records say."""
    layout = asked.said.layout
    columns = [at for name in HOLDERS for at in layout.places.get(name, [])]
    numbers = asked.said.codes[:, columns].astype(np.int64)
    row, place = np.nonzero((numbers >= 0) & (numbers < len(delta.values)))
    records = delta.counted(numbers[row, place])
    if records.max(initial=0) <= HUB:
        return []
    fields = [layout.names[layout.columns[at][0]] for at in columns]
    found = [
        Hub(one, fields[at], many)
        for one, at, many in zip(
            listed(row), listed(place), listed(records), strict=True
        )
        if many > HUB
    ]
    return sorted(found, key=lambda one: (one.asked, one.field, one.records))
