"""What a run doubts: the questions, their order, and what hangs on records."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from graph.model import Edge, Purchase
from intelligence.identity import engine
from intelligence.identity.clustering.components import Pairs
from intelligence.identity.columns.table import RecordTable
from intelligence.identity.reviewing import stakes
from intelligence.identity.reviewing.doubts import LEAN, LEAST, Doubts
from intelligence.identity.reviewing.questions import questions
from tests.support.customers import customers
from tests.support.people import IDS, Facts, named
from tests.support.snapshots import snapshot_of


@pytest.fixture(scope="module")
def table() -> RecordTable:
    """Three hundred people, of whom some are in doubt: few say when they were born."""
    made, _ = customers(300)
    return replace(made, values={k: v for k, v in made.values.items() if k != "phone"})


@pytest.fixture(scope="module")
def found(table: RecordTable) -> engine.Resolution:
    return engine.resolve(table, stakes=np.ones(len(table)))


def asked(found: engine.Resolution) -> Doubts:
    assert found.doubts is not None
    return found.doubts


def test_what_is_asked_is_in_doubt_and_the_most_worthwhile_is_first(
    found: engine.Resolution,
) -> None:
    doubts = asked(found)
    assert len(doubts) > 10
    assert (np.diff(doubts.worth) <= 0).all()
    one = found.cluster[doubts.left] == found.cluster[doubts.right]
    assert (one == doubts.together).all()
    odds = np.log(doubts.probability / (1 - doubts.probability)) + LEAN
    chance = 1 / (1 + np.exp(np.where(doubts.together, odds, -odds)))
    assert (chance > LEAST - 1e-9).all()
    inside = doubts.left[doubts.together]
    assert np.allclose(found.probability[inside], doubts.probability[doubts.together])
    assert np.allclose(doubts.worth[doubts.together], chance[doubts.together])
    parties = np.sort(found.cluster[np.stack([doubts.left, doubts.right])], axis=0)
    assert len(np.unique(parties, axis=1).T) == len(doubts), "one question of each"


def test_what_hangs_on_the_records_decides_the_order(
    table: RecordTable, found: engine.Resolution
) -> None:
    last = int(asked(found).left[-1])
    heavy = np.ones(len(table))
    heavy[found.cluster == found.cluster[last]] = 1_000
    heavy[found.cluster == found.cluster[asked(found).right[-1]]] = 1_000
    again = engine.resolve(table, model=found.model, stakes=heavy)
    assert int(asked(again).left[0]) == last


def test_what_people_decided_is_not_asked(
    table: RecordTable, found: engine.Resolution
) -> None:
    doubts = asked(found)
    apart = ~doubts.together
    assert apart.any()
    assert doubts.together.any()
    decided = engine.Decided(
        same=Pairs(doubts.left[doubts.together], doubts.right[doubts.together]),
        different=Pairs(doubts.left[apart], doubts.right[apart]),
    )
    again = engine.resolve(
        table, model=found.model, decided=decided, stakes=np.ones(len(table))
    )
    answered = set(zip(doubts.left.tolist(), doubts.right.tolist(), strict=True))
    later = asked(again)
    assert not answered & set(
        zip(later.left.tolist(), later.right.tolist(), strict=True)
    )


def test_a_table_without_records_raises_no_question() -> None:
    nobody = RecordTable.of(pa.table({"record_id": pa.array([], pa.string())}))
    assert not len(asked(engine.resolve(nobody, stakes=np.ones(0))))


def test_money_is_counted_in_what_a_buying_record_spends() -> None:
    facts = Facts()
    records = [facts.record(str(n), named("Анна", "Коваль")) for n in range(4)]
    for place, (row, currency, amount, kind) in enumerate(
        [
            (0, "UAH", 300_00, "sale"), (0, "UAH", 100_00, "return"),
            (1, "UAH", 600_00, "sale"), (1, "EUR", 50_00, "sale"),
            (2, "UAH", 10_00, "return"),
        ]
    ):  # fmt: skip
        key = IDS.event("Purchase", records[row], str(place))
        facts.add(
            Purchase(
                id=key, number=str(place), currency=currency, amount=amount,
                kind=kind,  # type: ignore[arg-type]
            )
        )  # fmt: skip
        facts.edges.append(Edge(type="BY", source=key, target=records[row]))
    snapshot = snapshot_of(stakes.PROJECTION, list(facts.nouns.values()), facts.edges)
    spent = stakes.read(snapshot, records)
    assert spent.of(np.array([0, 1])) == {"EUR": 50_00, "UAH": 800_00}
    assert spent.of(np.array([2])) == {"UAH": -10_00}
    assert spent.of(np.array([3])) == {}
    mean = (200 + 600 + 0) / 3
    wanted = [1 + 200 / mean, 1 + 600 / mean + 1, 1, 1]
    assert stakes.stakes(4, spent).tolist() == pytest.approx(wanted)


def test_a_question_says_who_and_what_would_move(
    table: RecordTable, found: engine.Resolution
) -> None:
    doubts = asked(found)
    _, party = np.unique(found.cluster, return_inverse=True)
    names = [f"party-{number}" for number in range(int(party.max()) + 1)]
    none = np.empty(0, dtype=np.int64)
    spent = stakes.Spent(none, none, none, [], [])
    who = table.ids, party.reshape(-1).astype(np.int64), names
    said = questions(doubts, who, spent, IDS)
    assert [one.left.record for one in said] == [table.ids[r] for r in doubts.left]
    assert len({one.id for one in said}) == len(said)
    size = np.bincount(party.reshape(-1))
    for one in said:
        sizes = [size[names.index(side.party)] for side in (one.left, one.right)]
        assert [one.left.records, one.right.records] == sizes
        assert one.records == (1 if one.together else min(sizes))
        match = one.weights.prior.match
        for part in one.weights.parts:
            match += part.weight.match
        assert match == one.weights.score.match
