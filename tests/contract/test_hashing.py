"""Hashes: equal for equal content, and for nothing else."""

from collections.abc import Sequence

import msgspec
import pytest

from graph.batch import EdgeRef, GraphBatch, NodeRef
from graph.hashing import facts_hash, hashes, view_hash
from graph.model import (
    Decision,
    Edge,
    Finding,
    Household,
    Noun,
    Party,
    Purchase,
    Record,
    Score,
    Visit,
)
from graph.store import GraphStore
from tests.contract.conftest import Another
from tests.support import oracle_hash
from tests.support.graphs import Maker, batch, edge

Items = Sequence[Noun | Edge]


def facts(make: Maker) -> list[Noun | Edge]:
    anna = Record(
        id=make.ids.record("default", "crm", "anna"),
        source="crm",
        key="anna",
        more={"b": 1.5, "a": [None, True], "я": {}},
    )
    email = make.identifier("a@example.org")
    visit = Visit(
        id=make.ids.event("Visit", anna.id, "v"),
        kind="web",
        observed_at=1_700_000_000_000_001,
        offset_minutes=-90,
        landing="",
        campaign={"source": "mail"},
    )
    sale = Purchase(
        id=make.ids.event("Purchase", anna.id, "p"),
        number="1",
        currency="UAH",
        amount=-5,
        quantity=-0.0,
    )
    has = edge("HAS", anna, email, key="", times=(-1, 2**40))
    stated = Edge(
        type="STATES",
        source=anna.id,
        target=anna.id,
        key="self/1",
        weight=0.1,
        attributes={"z": 0.1, "a": "b"},
    )
    return [
        anna,
        email,
        visit,
        sale,
        has,
        stated,
        *make.version(anna, None, name_full="Анна"),
        edge("BY", visit, anna),
    ]


def conclusions(
    make: Maker, *, number: int = 0, house: str = "1", swapped: bool = False
) -> list[Noun | Edge]:
    """Two parties in a household; ``number`` and ``house`` change only ids."""
    anna, boris = make.record("anna"), make.record("boris")
    mine, other = make.party(anna, "Anna", number), make.party(boris, "Boris", number)
    if swapped:
        other = make.party(anna, "Boris", number + 1)
    home = Household(id=make.ids.of("Household", house), name="Home", method="baseline")
    score = Score(
        id=make.ids.of("Score", mine.id),
        kind="influence",
        value=123.456789,
        low=0.1,
        reasons=[{"party": other.id, "share": 0.123456789, "by": {other.id: 1}}],
    )
    mood = Finding(
        id=make.ids.of("Finding", other.id),
        kind="visit",
        mood="negative",
        confidence=0.75,
    )
    tie = Edge(
        type="TIE",
        source=mine.id,
        target=other.id,
        key="kin",
        weight=0.7,
        since=5,
        attributes={"evidence": [anna.id, other.id]},
    )
    return [
        mine,
        other,
        home,
        score,
        mood,
        tie,
        edge("OF", anna, mine, weight=1.0),
        edge("OF", boris, other, weight=0.9),
        edge("MEMBER_OF", mine, home, weight=0.8),
        edge("MEMBER_OF", other, home, weight=0.8),
        edge("FOR", score, mine),
        edge("FOR", mood, other),
    ]


def nodes(items: Items) -> list[Noun]:
    return [one for one in items if isinstance(one, Noun)]


def edges(items: Items) -> list[Edge]:
    return [one for one in items if isinstance(one, Edge)]


def test_known_answers(store: GraphStore) -> None:
    """Fixed for ever: other stores and later versions must give the same."""
    make = Maker()
    assert hashes(store).facts == hashes(store).view == "0" * 32
    store.apply(batch("facts", facts(make)))
    store.apply(batch("view", make.record("boris"), conclusions(make)))
    found = hashes(store)
    assert found.watermark == 2
    assert found.facts == "8248089443313b3f492ac25fe34d942c"
    assert found.view == "e4dd24c16b9f622596277271516da421"


def test_a_second_implementation_agrees(store: GraphStore, make: Maker) -> None:
    said, concluded = facts(make), [make.record("boris"), *conclusions(make)]
    store.apply(batch("facts", said))
    store.apply(batch("view", concluded))
    everything = [*said, *concluded]
    assert facts_hash(store) == oracle_hash.facts_hash(
        nodes(everything), edges(everything)
    )
    assert view_hash(store) == oracle_hash.view_hash(
        nodes(everything), edges(everything)
    )


def test_order_and_grouping_do_not_matter(
    store: GraphStore, make: Maker, another: Another
) -> None:
    items = [*facts(make), make.record("boris"), *conclusions(make)]
    store.apply(batch("all", items))
    with another() as backwards:
        for number, item in enumerate(reversed(items)):
            backwards.apply(batch(str(number), item))
        found = hashes(backwards)
    assert (found.facts, found.view) == (facts_hash(store), view_hash(store))


def test_every_fact_counts(store: GraphStore, make: Maker) -> None:
    for number, item in enumerate(facts(make)):
        store.apply(batch(str(number), item))
    # An edge to a node that is not there yet counts too.
    found = [facts_hash(store, at=at) for at in range(store.watermark() + 1)]
    assert len(set(found)) == len(found)


def test_ids_of_conclusions_do_not_matter(
    store: GraphStore, make: Maker, another: Another
) -> None:
    store.apply(batch("one", conclusions(make)))
    wanted = view_hash(store)
    for changed in (
        conclusions(make, number=3),
        conclusions(make, house="other"),
        conclusions(make, swapped=True),
    ):
        with another() as other:
            other.apply(batch("one", changed))
            assert view_hash(other) == wanted


def changes(make: Maker) -> dict[str, tuple[Items, bool]]:
    """What may be changed, and whether the view hash must notice."""
    items = conclusions(make)
    mine, other, home, score, _, tie, of, *_ = items
    assert isinstance(mine, Party)
    assert isinstance(other, Party)
    assert isinstance(home, Household)
    assert isinstance(score, Score)
    assert isinstance(tie, Edge)
    assert isinstance(of, Edge)
    replace = msgspec.structs.replace
    decision = Decision(
        id=make.ids.of("Decision", "1"), kind="same", by="o", at=1, why=""
    )
    merged = make.party(make.record("anna"), "Old", 9)

    def swap(old: object, new: Noun | Edge) -> Items:
        return [new if one is old else one for one in items]

    return {
        "score in the sixth digit": (swap(score, replace(score, value=123.457)), False),
        "score in the fifth digit": (swap(score, replace(score, value=123.47)), True),
        "probability at 1e-10": (swap(of, replace(of, weight=1.0 - 1e-10)), False),
        "probability at 1e-8": (swap(of, replace(of, weight=1.0 - 1e-8)), True),
        "name": (swap(mine, replace(mine, name="Hanna")), True),
        "run": ([replace(one, run="r") for one in items], False),
        "household name": (swap(home, replace(home, name="Casa")), True),
        "tie key": (swap(tie, replace(tie, key="friend")), True),
        "tie time": (swap(tie, replace(tie, since=6)), True),
        "one edge less": ([one for one in items if one is not tie], True),
        "redirect": ([*items, merged, edge("MERGED_INTO", merged, mine)], False),
        "decision": (
            [
                *items,
                decision,
                edge("SAME_AS", make.record("anna"), make.record("boris")),
            ],
            False,
        ),
    }


@pytest.mark.parametrize("name", list(changes(Maker())))
def test_what_the_view_hash_notices(store: GraphStore, make: Maker, name: str) -> None:
    changed, notices = changes(make)[name]
    items = conclusions(make)
    store.apply(batch("one", changed))
    before = oracle_hash.view_hash(nodes(items), edges(items))
    assert (view_hash(store) != before) is notices


def ref(one: Noun | Edge) -> NodeRef | EdgeRef:
    if isinstance(one, Edge):
        return EdgeRef(one.type, one.source, one.target, one.key)
    return NodeRef(type(one).__name__, one.id)


def test_a_split_after_a_merge_gives_the_view_back(
    store: GraphStore, make: Maker
) -> None:
    anna, boris = make.record("anna"), make.record("boris")
    apart = conclusions(make)
    store.apply(batch("apart", apart))
    before = view_hash(store)
    both = make.party(anna, "Both", 7)
    refs = [ref(one) for one in apart]
    merged = batch(
        "merged",
        both,
        edge("OF", anna, both, weight=1.0),
        edge("OF", boris, both, weight=1.0),
    )
    store.apply(msgspec.structs.replace(merged, closings=refs))
    assert view_hash(store) != before
    gone = [ref(one) for one in (both, *merged.edges)]
    again = batch("split", conclusions(make, number=11, house="new"))
    store.apply(msgspec.structs.replace(again, closings=gone))
    assert view_hash(store) == before
    assert view_hash(store, at=1) == before
    assert view_hash(store, at=2) != before


def test_watermarks_and_bookkeeping(store: GraphStore, make: Maker) -> None:
    store.apply(batch("one", facts(make)))
    first = hashes(store)
    store.apply(GraphBatch(id="nothing"))
    store.apply(batch("two", make.record("new")))
    assert facts_hash(store) != first.facts
    assert hashes(store, at=1) == first
    assert hashes(store, at=2).facts == first.facts
