"""Erasing people for good: which records are meant, what goes with them, that it went.

What is told of an erasure is counts and names of sources: none of it is about anybody,
so it may be kept when nothing else is.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from api.stewards import record_of, records_of
from graph.errors import NotFound
from graph.ids import parse
from graph.model import Identifier, Record
from graph.query import MAX_COUNTED, MAX_LIMIT
from graph.schema import EdgeKind
from graph.store import GraphStore

Item = TypeVar("Item")


class Meant(msgspec.Struct, frozen=True, kw_only=True):
    """Which records texts mean.

    Attributes:
        records: their ids, each once.
        missing: which texts mean none, from 1.
    """

    records: list[str]
    missing: list[int]


class Going(msgspec.Struct, frozen=True, kw_only=True):
    """What goes with some records.

    Attributes:
        records: how many.
        sources: of them, by source.
        facts: what hangs on them, by label: versions, events, and identifiers that
            nobody else has.
        parties_ended: parties that have no other record.
        parties_kept: parties that keep others, and are named anew by these.
    """

    records: int
    sources: dict[str, int]
    facts: dict[str, int]
    parties_ended: int
    parties_kept: int


def meant(store: GraphStore, texts: Sequence[str], *, whole: bool = False) -> Meant:
    """The records that texts mean.

    Args:
        store: where they are.
        texts: each the id of a record or its ``source:key``, or the id of a party,
            which stands for all its records.
        whole: a record stands for all records of its party, too.
    """
    records: dict[str, None] = {}
    missing: list[int] = []
    for number, text in enumerate(texts, start=1):
        try:
            records |= dict.fromkeys(_meant(store, text, whole=whole))
        except NotFound:
            missing.append(number)
    return Meant(records=list(records), missing=missing)


def _meant(store: GraphStore, text: str, *, whole: bool) -> Sequence[str]:
    known = parse(text) or record_of(store, text)
    (node,) = store.get([known])
    if not isinstance(node, Record):
        return records_of(store, known)
    if whole and store.edges([known], [EdgeKind.OF]):
        return records_of(store, known)
    return [known]


def going(store: GraphStore, records: Sequence[str]) -> Going:
    """What would go with some records; nothing is written."""
    sources: Counter[str] = Counter()
    facts: Counter[str] = Counter()
    erased = set(records)
    ending: dict[str, bool] = {}
    for some in _pieces(records):
        found = [one for one in store.get(some) if isinstance(one, Record)]
        sources.update(one.source for one in found)
        kinds = [EdgeKind.VERSION_OF, EdgeKind.BY]
        facts += _labels(store, _sources(store, some, kinds))
        ending |= _parties(store, some, erased)
    facts += _labels(store, _transfers(store, records, erased))
    facts["Identifier"] += sum(1 for _ in _orphans(store, records))
    return Going(
        records=sources.total(),
        sources=dict(sorted(sources.items())),
        facts={label: count for label, count in sorted(facts.items()) if count},
        parties_ended=sum(ending.values()),
        parties_kept=len(ending) - sum(ending.values()),
    )


def _sources(
    store: GraphStore, ids: Sequence[str], kinds: Sequence[EdgeKind]
) -> list[str]:
    """Ids of what enters some nodes by edges of some types."""
    return [edge.source for edge in store.edges(ids, kinds, direction="in")]


def _labels(store: GraphStore, ids: Sequence[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for some in _pieces(sorted(set(ids))):
        found.update(type(one).__name__ for one in store.get(some) if one is not None)
    return found


def _parties(
    store: GraphStore, records: Sequence[str], erased: set[str]
) -> dict[str, bool]:
    """Parties of some records, and whether all their records are erased."""
    parties = {edge.target for edge in store.edges(records, [EdgeKind.OF])}
    ending = dict.fromkeys(sorted(parties), True)
    for edge in store.edges(sorted(parties), [EdgeKind.OF], direction="in"):
        if edge.source not in erased:
            ending[edge.target] = False
    return ending


def _transfers(
    store: GraphStore, records: Sequence[str], erased: set[str]
) -> list[str]:
    """Transfers whose ends are all erased."""
    ends = [EdgeKind.FROM, EdgeKind.TO]
    found: list[str] = []
    for some in _pieces(records):
        found += _sources(store, some, ends)
    staying: set[str] = set()
    for some in _pieces(sorted(set(found))):
        edges = store.edges(some, ends)
        staying.update(edge.source for edge in edges if edge.target not in erased)
    return [one for one in found if one not in staying]


def _orphans(store: GraphStore, records: Sequence[str]) -> Iterator[str]:
    """Identifiers that only erased records have."""
    held: Counter[str] = Counter()
    for some in _pieces(records):
        held.update(edge.target for edge in store.edges(some, [EdgeKind.HAS]))
    for some in _pieces(list(held)):
        nouns = [one for one in store.get(some) if isinstance(one, Identifier)]
        asked = [(one.kind, one.value) for one in nouns]
        for one, told in zip(nouns, store.lookup(asked, limit=1), strict=True):
            if told.total < MAX_COUNTED and told.total == held[one.id]:
                yield one.id


def _pieces(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for begin in range(0, len(items), MAX_LIMIT):
        yield items[begin : begin + MAX_LIMIT]
