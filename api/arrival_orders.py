"""Orders in which the records of a table arrive; all but one are unkind to increments.

What came first teaches the weights and makes the parties that the rest has to find. An
order that sorts records by what they say makes that part unlike the rest; one that
sorts them by whom they are truly of puts all records of a party into it, or one. What
an order does not tell apart comes in an order drawn by a seed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

import numpy as np

from api.labels import Labelled
from api.table_parts import Arrival
from graph.errors import BadFeed, BadMapping
from ingest.tables.canonical import canonical_table
from ingest.tables.mapping import PLACES
from ingest.tables.rows import SEEN
from intelligence.addresses import address_key
from intelligence.arrays import Ints, listed
from intelligence.identity.names.names import family_key

_NAMES = (*PLACES, "kind")


class Order(StrEnum):
    """Which records come first."""

    RANDOM = "random"
    SOURCES = "sources"
    TIME = "time"
    NAMESAKES = "namesakes"
    NEIGHBOURS = "neighbours"
    NEWCOMERS = "newcomers"
    DUPLICATES = "duplicates"
    BRIDGES = "bridges"


@dataclass(frozen=True)
class Coming:
    """How a table's records come.

    Attributes:
        order: which first.
        seed: of what that leaves open.
    """

    order: Order
    seed: int


@dataclass(frozen=True)
class _Said:
    """What the records of a table say, the first row of each.

    Attributes:
        label: of each record, "" where it has none.
        source: of each.
        seen: when it was first seen, microseconds; before all times where unknown.
        texts: by attribute, what each says first, "" for nothing.
        rng: of the order's seed.
    """

    label: Sequence[str]
    source: Sequence[str]
    seen: Ints
    texts: Mapping[str, Sequence[str]]
    rng: np.random.Generator

    def ranks(self, keys: Sequence[str]) -> Ints:
        """The place of each key in the alphabet, blank ones first."""
        _, rank = np.unique(np.array(keys, dtype=np.str_), return_inverse=True)
        return rank.reshape(-1).astype(np.int64)

    def shuffled(self, keys: Sequence[str]) -> Ints:
        """A number for each key, the keys in an order drawn."""
        rank = self.ranks(keys)
        return self.rng.permutation(int(rank.max(initial=-1)) + 1)[rank]

    @property
    def parties(self) -> list[str]:
        """Whom each record is truly of; one without a label is alone."""
        return [label or f"\0{row}" for row, label in enumerate(self.label)]


def arrival(table: Labelled, coming: Coming) -> Arrival:
    """How the records of a table arrive.

    Args:
        table: read once more for all orders but the random one.
        coming: in which order.

    Raises:
        BadMapping: the order is of time, and the mapping names no ``seen_at``.
    """
    order = coming.order
    if order is Order.TIME and SEEN not in table.mapping.fields:
        message = f"{table.mapping.name}: an order of time needs times: map {SEEN}"
        raise BadMapping(message)

    def arrive(records: Ints) -> Ints:
        rng = np.random.default_rng(coming.seed)
        mixed = rng.permutation(int(records.max(initial=-1)) + 1)
        if order is Order.RANDOM:
            return mixed
        key = _KEYS[order](_said(table, records, rng))
        return mixed[np.argsort(key[mixed], kind="stable")]

    return arrive


def _said(table: Labelled, records: Ints, rng: np.random.Generator) -> _Said:
    columns = cast(
        "Any", canonical_table(table.path, table.mapping, table.settings).columns
    )
    if len(columns) != len(records):
        message = f"{table.path}: it has changed while it was read"
        raise BadFeed(message)
    _, first = np.unique(records, return_index=True)
    named = {
        name: cast("list[Any]", columns.column(name).to_pylist())
        for name in columns.column_names
    }
    bounds = np.iinfo(np.int64)
    when = [bounds.min if at is None else int(at) for at in named[SEEN]]
    seen = np.full(len(first), bounds.max)
    np.minimum.at(seen, records, np.array(when, dtype=np.int64))
    rows = listed(first)
    texts = {
        name: [(values[row] or [""])[0] or "" for row in rows]
        for name, values in named.items()
        if name not in _NAMES
    }
    keys = [str(named["record_id"][row]) for row in rows]
    source = [str(named["source"][row]) for row in rows]
    label = [table.labels.get(key, "") for key in keys]
    return _Said(label, source, seen, texts, rng)


def _sources(said: _Said) -> Ints:
    """One source after another, as if systems were connected in turn."""
    return said.shuffled(said.source)


def _time(said: _Said) -> Ints:
    """The oldest first; what bears no time before all."""
    return said.seen


def _namesakes(said: _Said) -> Ints:
    """By family names in the alphabet, however spelt: all of one name together."""
    blank = [""] * len(said.source)
    return said.ranks([family_key(one) for one in said.texts.get("name.family", blank)])


def _neighbours(said: _Said) -> Ints:
    """By addresses: all of one home together; who states none comes first."""
    names = [name for name in said.texts if name.startswith("address.")]
    rows = range(len(said.source))
    told = [{name: [said.texts[name][row]] for name in names} for row in rows]
    return said.ranks([address_key(one) for one in told])


def _newcomers(said: _Said) -> Ints:
    """All records of a party together: who comes late is new altogether."""
    return said.shuffled(said.parties)


def _duplicates(said: _Said) -> Ints:
    """One record of every party, then a second one of each, and so on."""
    party = said.ranks(said.parties)
    order = np.lexsort((said.rng.permutation(len(party)), party))
    _, begin, size = np.unique(party[order], return_index=True, return_counts=True)
    turn = np.empty(len(party), dtype=np.int64)
    turn[order] = np.arange(len(party)) - np.repeat(begin, size)
    return turn


def _bridges(said: _Said) -> Ints:
    """Records that say least first, those last that say enough to link them."""
    every = [np.array([bool(one) for one in texts]) for texts in said.texts.values()]
    return np.stack(every).sum(axis=0)


_KEYS: Mapping[Order, Callable[[_Said], Ints]] = {
    Order.SOURCES: _sources,
    Order.TIME: _time,
    Order.NAMESAKES: _namesakes,
    Order.NEIGHBOURS: _neighbours,
    Order.NEWCOMERS: _newcomers,
    Order.DUPLICATES: _duplicates,
    Order.BRIDGES: _bridges,
}
