"""Batches drawn at random: nouns and edges named by small numbers."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import msgspec
from hypothesis import strategies as st

from graph.batch import EdgeRef, GraphBatch, NodeRef
from graph.model import Edge, Noun
from graph.store import GraphStore
from tests.support.graphs import Maker, edge

SMALL = st.integers(0, 3)
WEIGHTS = st.sampled_from([None, 0.25, 0.5, 1.0])
TIMES = st.tuples(st.none() | st.integers(-5, 5), st.none() | st.integers(-5, 5))


class Scribe:
    """Nouns and edges of one example, named by small numbers."""

    def __init__(self, store: GraphStore, example: int) -> None:
        self.make = Maker(store.namespace)
        self.prefix = f"{example}-"
        self._batches = itertools.count()

    def batch_id(self) -> str:
        return f"{self.prefix}{next(self._batches)}"

    def record(self, number: int) -> Noun:
        return self.make.record(f"{self.prefix}{number}")

    def identifier(self, number: int) -> Noun:
        return self.make.identifier(f"{self.prefix}{number}")

    def version(self, number: int, at: int | None) -> tuple[Noun, Edge]:
        return self.make.version(self.record(number), at, name_full=str(at))

    def visit(self, number: int, own: int, at: int | None) -> tuple[Noun, Edge]:
        made, by = self.make.visit(self.record(number), f"{self.prefix}{own}", own)
        # Some visits come without a time and some before or after their record.
        return msgspec.structs.replace(made, observed_at=own if at else None), by

    def party(self, number: int, name: int = 0) -> Noun:
        made = self.make.party(self.record(number), f"{self.prefix}{name}", 0)
        return msgspec.structs.replace(made, values={"sex": ["f"] * name})

    def score(self, number: int, value: float) -> tuple[Noun, Edge]:
        return self.make.score(self.party(number), value)


class Part(NamedTuple):
    """A drawn part of a batch: what it is and the numbers that it is made of."""

    kind: str
    one: int
    two: int
    weight: float | None
    times: tuple[int | None, int | None]


Written = Noun | Edge | NodeRef | EdgeRef
PARTS_BY_KIND: dict[str, Callable[[Scribe, Part], list[Written]]] = {
    "record": lambda s, p: [s.record(p.one)],
    "identifier": lambda s, p: [s.identifier(p.one)],
    "has": lambda s, p: [
        edge("HAS", s.record(p.one), s.identifier(p.two), times=p.times)
    ],
    "version": lambda s, p: [*s.version(p.one, p.times[0])],
    "party": lambda s, p: [s.party(p.one, p.two)],
    "of": lambda s, p: [edge("OF", s.record(p.one), s.party(p.two), weight=p.weight)],
    "tie": lambda s, p: [
        edge("TIE", s.party(p.one), s.party(p.two), weight=p.weight, times=p.times)
    ],
    "visit": lambda s, p: [*s.visit(p.one, p.two, p.times[0])],
    "score": lambda s, p: [*s.score(p.one, p.weight or 0.0)],
    "close of": lambda s, p: [EdgeRef("OF", s.record(p.one).id, s.party(p.two).id)],
    "close party": lambda s, p: [NodeRef("Party", s.party(p.one).id)],
}


def parts(numbers: st.SearchStrategy[int]) -> st.SearchStrategy[Part]:
    """Parts of a batch that speak of these numbers."""
    kinds = st.sampled_from(list(PARTS_BY_KIND))
    return st.builds(Part, kinds, numbers, numbers, WEIGHTS, TIMES)


PARTS = parts(SMALL)


BATCHES = st.lists(st.lists(PARTS, max_size=8), min_size=1, max_size=6)
DENSE = st.lists(
    st.lists(parts(st.integers(0, 1)), min_size=6, max_size=12), min_size=2, max_size=4
)
"""Batches that come back to the same nodes and edges again and again."""


def batches(scribe: Scribe, drawn: Sequence[Sequence[Part]]) -> Iterator[GraphBatch]:
    """Batches in which every node, every edge and every closing stands once."""
    for parts in drawn:
        items: dict[object, Written] = {}
        for part in parts:
            for item in PARTS_BY_KIND[part.kind](scribe, part):
                items.setdefault(_name(item), item)
        yield GraphBatch(
            id=scribe.batch_id(),
            nodes=[item for item in items.values() if isinstance(item, Noun)],
            edges=[item for item in items.values() if isinstance(item, Edge)],
            closings=[i for i in items.values() if isinstance(i, NodeRef | EdgeRef)],
        )


def _name(item: Written) -> object:
    if isinstance(item, Edge):
        return item.type, item.source, item.target, item.key
    return item.id if isinstance(item, Noun) else item
