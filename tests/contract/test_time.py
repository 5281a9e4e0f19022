"""Order and time: watermarks, versions, the batch log, changes, provenance."""

import msgspec
import pytest

from graph.batch import Advance, EdgeRef, GraphBatch, NodeRef
from graph.bookkeeping import Provenance
from graph.errors import BadQuery
from graph.model import Edge, Party
from graph.query import Around
from graph.store import GraphStore
from tests.support.graphs import Maker, batch, edge


def test_a_superseded_conclusion_is_found_as_known_then(
    store: GraphStore, make: Maker
) -> None:
    anna, boris = make.record("anna"), make.record("boris")
    wrong, right = make.party(anna, "Both"), make.party(boris, "Boris")
    store.apply(
        batch(
            "one",
            (anna, boris, wrong),
            edge("OF", anna, wrong, weight=0.7),
            edge("OF", boris, wrong, weight=0.7),
        )
    )
    split = batch("two", right, edge("OF", boris, right, weight=1.0))
    closing = (EdgeRef("OF", boris.id, wrong.id),)
    store.apply(msgspec.structs.replace(split, closings=closing))
    then = store.neighbourhood(Around(start=(anna.id,), hops=2, edges=("OF",), at=1))
    assert {noun.id for noun in then.nodes} == {anna.id, boris.id, wrong.id}
    now = store.neighbourhood(Around(start=(anna.id,), hops=4))
    assert {noun.id for noun in now.nodes} == {anna.id, wrong.id}
    assert [one.target for one in store.edges([boris.id], ["OF"], at=1)] == [wrong.id]
    assert [one.target for one in store.edges([boris.id], ["OF"])] == [right.id]
    assert [
        one.source for one in store.edges([wrong.id], ["OF"], direction="in", at=1)
    ] == sorted([anna.id, boris.id])
    assert store.paths(anna.id, boris.id) == []


def test_nothing_is_known_before_it_was_written(store: GraphStore, make: Maker) -> None:
    anna, email = make.record("anna"), make.identifier("a@example.org")
    store.apply(batch("one", anna))
    store.apply(batch("two", email, edge("HAS", anna, email)))
    assert store.get([anna.id, email.id], at=0) == [None, None]
    assert [noun is None for noun in store.get([anna.id, email.id], at=1)] == [
        False,
        True,
    ]
    assert store.edges([anna.id], ["HAS"], at=1) == []
    assert len(store.edges([anna.id], ["HAS"], at=2)) == 1
    assert len(store.edges([anna.id], ["HAS"], at=99)) == 1
    around = store.neighbourhood(Around(start=(anna.id,), hops=1, at=1))
    assert [noun.id for noun in around.nodes] == [anna.id]


def test_every_version_of_a_conclusion_stays_findable(
    store: GraphStore, make: Maker
) -> None:
    party = make.party(make.record("anna"), "v1")
    for number in range(1, 5):
        store.apply(
            batch(str(number), msgspec.structs.replace(party, name=f"v{number}"))
        )
    for number in range(1, 5):
        [found] = store.get([party.id], at=number)
        assert isinstance(found, Party)
        assert (found.name, found.seq) == (f"v{number}", number)
        assert found.seq_to == (number + 1 if number < 4 else None)
    assert store.counts().past_nodes["Party"] == 3


def test_versions_are_ordered_undated_first(store: GraphStore, make: Maker) -> None:
    anna, boris = make.record("anna"), make.record("boris")
    late, late_of = make.version(anna, 30, name_full="late")
    early, early_of = make.version(anna, 10, name_full="early")
    undated, undated_of = make.version(anna, None, name_full="undated")
    store.apply(batch("one", anna, boris, late, late_of))
    store.apply(batch("two", early, early_of, undated, undated_of))
    all_of_anna, none = store.versions([anna.id, boris.id])
    assert [one.id for one in all_of_anna] == [undated.id, early.id, late.id]
    assert none == []
    assert [[one.id for one in found] for found in store.versions([boris.id, anna.id])][
        1
    ] == [undated.id, early.id, late.id]


@pytest.mark.parametrize(
    ("true_at", "known_at", "wanted"),
    [
        (5, None, "undated"),
        (10, None, "early"),
        (29, None, "early"),
        (30, None, "late"),
        (99, None, "late"),
        (29, 1, None),
        (30, 1, "late"),
        (99, 0, None),
    ],
)
def test_versions_at_two_times(
    store: GraphStore,
    make: Maker,
    true_at: int,
    known_at: int | None,
    wanted: str | None,
) -> None:
    anna = make.record("anna")
    store.apply(batch("one", anna, make.version(anna, 30, name_full="late")))
    store.apply(batch("two", make.version(anna, 10, name_full="early")))
    store.apply(batch("three", make.version(anna, None, name_full="undated")))
    [found] = store.versions([anna.id], true_at=true_at, known_at=known_at)
    assert [one.raw["name.full"][0] for one in found] == ([wanted] if wanted else [])


def test_versions_of_things_other_than_records(store: GraphStore, make: Maker) -> None:
    party = make.party(make.record("x"), "no versions")
    store.apply(batch("one", party))
    assert store.versions([party.id, make.record("absent").id]) == [[], []]


def test_the_batch_log(store: GraphStore, make: Maker) -> None:
    store.apply(
        GraphBatch(
            id="one", nodes=[make.record("a")], advance=Advance("crm.csv", None, "7")
        )
    )
    store.apply(GraphBatch(id="two", run="r"))
    store.apply(GraphBatch(id="three"))
    entries = store.batches()
    assert [(e.seq, e.id, e.feed, e.run) for e in entries] == [
        (1, "one", "crm.csv", None),
        (2, "two", None, "r"),
        (3, "three", None, None),
    ]
    times = [entry.recorded_at for entry in entries]
    assert times == sorted(times)
    assert [entry.id for entry in store.batches(since=1, limit=1)] == ["two"]
    assert store.batches(since=3) == []


def test_an_instant_maps_to_a_watermark(store: GraphStore) -> None:
    assert store.watermark() == 0
    assert store.watermark(2**60) == 0
    for name in ("one", "two", "three"):
        store.apply(GraphBatch(id=name))
    first, second, third = store.batches()
    assert store.watermark() == 3
    assert store.watermark(first.recorded_at - 1) == 0
    assert store.watermark(third.recorded_at) == 3
    assert store.watermark(third.recorded_at + 1) == 3
    assert 2 <= store.watermark(second.recorded_at) <= 3
    assert store.watermark(0) == 0


def test_changes_since(store: GraphStore, make: Maker) -> None:
    anna, email = make.record("anna"), make.identifier("a@example.org")
    party = make.party(anna, "Anna")
    store.apply(batch("one", anna, email, edge("HAS", anna, email, times=(5, 6))))
    store.apply(batch("two", party, edge("OF", anna, party, weight=0.5)))
    store.apply(batch("three", edge("HAS", anna, email, times=(1, 9))))
    better = batch("four", edge("OF", anna, party, weight=0.9))
    store.apply(msgspec.structs.replace(better, closings=(NodeRef("Party", party.id),)))
    has, of = EdgeRef("HAS", anna.id, email.id), EdgeRef("OF", anna.id, party.id)
    found = store.changes(0)
    told = [(one.seq, one.ref, one.closed) for one in found.changes]
    by_seq = {seq: {t[1:] for t in told if t[0] == seq} for seq in (1, 2, 3, 4)}
    assert by_seq[1] >= {
        (NodeRef("Record", anna.id), False),
        (NodeRef("Identifier", email.id), False),
    }
    assert (has, False) in by_seq[1] | by_seq[3]
    assert by_seq[3] == {(has, False)}
    assert by_seq[4] >= {(NodeRef("Party", party.id), True), (of, False)}
    assert (NodeRef("Party", party.id), False) in by_seq[2]
    assert [one.seq for one in found.changes] == sorted(o.seq for o in found.changes)
    assert (found.upto, found.erased) == (4, False)
    later = store.changes(3)
    assert {one.seq for one in later.changes} == {4}
    nothing = store.changes(4)
    assert (nothing.changes, nothing.upto, nothing.erased) == ([], 4, False)


def test_changes_stand_in_a_defined_order(store: GraphStore, make: Maker) -> None:
    anna, boris = make.record("anna"), make.record("boris")
    party = make.party(anna, "Anna")
    store.apply(batch("one", anna, boris, party, edge("OF", anna, party, weight=1.0)))
    change = batch(
        "two", edge("OF", boris, party, weight=1.0), edge("OF", anna, party, weight=0.5)
    )
    store.apply(msgspec.structs.replace(change, closings=(NodeRef("Party", party.id),)))
    found = store.changes(1).changes
    marks = [(not one.closed, isinstance(one.ref, EdgeRef)) for one in found]
    assert marks == sorted(marks)
    opened = [one.ref for one in found if not one.closed]
    assert [ref.source for ref in opened if isinstance(ref, EdgeRef)] == sorted(
        [anna.id, boris.id]
    )


def test_changes_come_in_whole_transactions(store: GraphStore, make: Maker) -> None:
    for number in range(4):
        store.apply(
            batch(str(number), [make.record(f"{number}-{n}") for n in range(5)])
        )
    since, seen = 0, list[int]()
    while True:
        page = store.changes(since, limit=7)
        if not page.changes:
            break
        counts = {one.seq: 0 for one in page.changes}
        for one in page.changes:
            counts[one.seq] += 1
        assert set(counts.values()) == {5}
        assert page.upto == max(counts)
        seen += counts
        since = page.upto
    assert seen == [1, 2, 3, 4]


def test_all_changes_are_told_whatever_transactions_are_about(
    store: GraphStore, make: Maker
) -> None:
    anna = make.record("anna")
    many = [make.record(str(number)) for number in range(600)]
    sent = [anna], make.visit(anna, "1"), many, [make.record("late")]
    for number, items in enumerate(sent):
        store.apply(batch(str(number), *items))
    wanted = {
        number: {one.id for one in items if not isinstance(one, Edge)}
        for number, items in enumerate(sent, 1)
    }
    for since in range(5):
        for limit, upto in ((1, min(since + 1, 4)), (10_000, 4)):
            page = store.changes(since, limit=limit)
            found: dict[int, set[str]] = {}
            for one in page.changes:
                if isinstance(one.ref, NodeRef):
                    found.setdefault(one.seq, set()).add(one.ref.id)
            assert page.upto == upto
            assert found == {n: wanted[n] for n in range(since + 1, upto + 1)}


def test_bookkeeping_changes_are_told_too(store: GraphStore, make: Maker) -> None:
    anna = make.record("anna")
    store.apply(GraphBatch(id="one", nodes=[anna], advance=Advance("f", None, "1")))
    store.apply(GraphBatch(id="two"))
    found = store.changes(0)
    assert (found.upto, [one.seq for one in found.changes]) == (2, [1])


def test_provenance_names_feeds_and_lines(store: GraphStore, make: Maker) -> None:
    anna, boris = make.record("anna"), make.record("boris")
    told = [
        Provenance(anna.id, "b.csv", 9),
        Provenance(anna.id, "a.csv", 10),
        Provenance(anna.id, "a.csv", 2),
        Provenance(boris.id, "a.csv", 3),
    ]
    sent = GraphBatch(id="one", nodes=[anna, boris], provenance=told)
    store.apply(sent)
    store.apply(msgspec.structs.replace(sent, id="two"))
    found = store.provenance([boris.id, anna.id, make.record("nobody").id])
    assert found == sorted(told, key=lambda one: (one.fact, one.feed, one.line))


def test_lines_of_a_fact_that_comes_later_are_kept(
    store: GraphStore, make: Maker
) -> None:
    anna = make.record("anna")
    told = [Provenance(anna.id, "a.csv", line) for line in (1, 2)]
    store.apply(GraphBatch(id="one", provenance=told[:1]))
    store.apply(GraphBatch(id="two", nodes=[anna]))
    store.apply(GraphBatch(id="three", nodes=[anna], provenance=told[1:]))
    assert store.provenance([anna.id]) == told


def test_negative_questions_are_refused(store: GraphStore) -> None:
    with pytest.raises(BadQuery):
        store.batches(limit=0)
    with pytest.raises(BadQuery):
        store.changes(0, limit=0)
