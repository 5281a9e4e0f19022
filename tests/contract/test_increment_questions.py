"""What stewards are asked after an increment, on every engine.

The oracle is a full run by the same model over the same records: what it would ask is
in the queue already, and nothing else about the parties that news touched.
"""

import math
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np
import pytest

from graph.batch import GraphBatch
from graph.model import Edge, Purchase, Record
from graph.store import GraphStore
from intelligence.identity.reviewing.questions import Review
from intelligence.jobs.arriving.indexed import Indexed
from intelligence.jobs.deciding import reviews, slots
from intelligence.jobs.deciding.deciding import decide
from intelligence.jobs.deciding.ledger import Order
from intelligence.jobs.deciding.reviews import Desk
from intelligence.jobs.full.resolving import resolve
from intelligence.jobs.increments.increments import increment
from intelligence.jobs.index import Index
from intelligence.jobs.runs import models
from intelligence.jobs.runs.due import RENEWED
from tests.support.customers import customers
from tests.support.people import IDS, Facts, named

PEOPLE, HELD = 60, 2
"""Everyone's records; of every other person all but the first come later."""


@pytest.fixture(scope="module")
def parts() -> list[Facts]:
    """Of people who hardly say when they were born: those known, then the news."""
    table, truth = customers(PEOPLE)
    said = {
        name: column.lists(len(table))
        for name, column in table.values.items()
        if name != "phone"
    }
    rows: list[int] = np.unique(truth, return_index=True)[1].tolist()
    first = {table.ids[row] for row in rows}
    found = [Facts(), Facts()]
    for row, key in enumerate(table.ids):
        mine = {name: texts[row] for name, texts in said.items() if texts[row]}
        late = truth[row] % HELD == 0 and table.ids[row] not in first
        found[int(late)].record(key, mine, source=f"source-{table.source[row]}")
    return found


@pytest.fixture
def index(store: GraphStore, parts: list[Facts], tmp_path: Path) -> Indexed:
    """Of a store that knows most people."""
    written(store, parts[0], "known")
    resolve(store)
    return Indexed(Index.open(store, tmp_path / "index"))


def written(store: GraphStore, facts: Facts, name: str) -> None:
    nouns = [msgspec.structs.replace(one, seq=None) for one in facts.nouns.values()]
    store.apply(GraphBatch(id=name, nodes=nouns, edges=facts.edges))


def queue(store: GraphStore) -> dict[str, Review]:
    return {one.id: one for one in reviews.unclaimed(store, 1_000)}


def by_full_run(store: GraphStore) -> dict[str, Review]:
    kept = models.active(store)
    assert kept is not None
    resolve(store, model=kept.id)
    return queue(store)


def by_parties(asked: Mapping[str, Review]) -> dict[frozenset[str], Review]:
    """Of pairs that are alike to a hair either may be asked about."""
    return {frozenset((one.left.party, one.right.party)): one for one in asked.values()}


def test_the_queue_is_what_a_full_run_would_ask(
    store: GraphStore, index: Indexed, parts: list[Facts]
) -> None:
    before = queue(store)
    written(store, parts[1], "news")
    increment(store, index)
    found = queue(store)
    assert found.keys() - before.keys()
    mine, wanted = by_parties(found), by_parties(by_full_run(store))
    assert mine.keys() == wanted.keys()
    for key, one in mine.items():
        other = wanted[key]
        assert one.together == other.together
        sizes = sorted(side.records for side in (one.left, one.right))
        assert sizes == sorted(side.records for side in (other.left, other.right))
        if {one.left.record, one.right.record} & parts[1].nouns.keys():
            assert one.probability == pytest.approx(other.probability, abs=1e-6)
            assert one.worth == pytest.approx(other.worth, rel=1e-6)


def test_an_increment_without_news_leaves_the_queue_alone(
    store: GraphStore, index: Indexed, parts: list[Facts]
) -> None:
    written(store, parts[1], "news")
    increment(store, index)
    found, mark = queue(store), store.watermark()
    report = increment(store, index)
    assert not report.changed
    batches = store.batches(since=mark)
    assert not [one for one in batches if one.id.startswith("reviews/")]
    assert queue(store) == found


def test_claims_stay_and_decided_pairs_do_not_come_back(
    store: GraphStore, index: Indexed, parts: list[Facts]
) -> None:
    first, second = reviews.claim(store, Desk("olha"), 2)
    written(store, parts[1], "news")
    kind = "different" if second.together else "same"
    pair = (second.left.record,), (second.right.record,)
    decide(store, Order(kind, *pair, "olha", "seen"))
    increment(store, index)
    assert second.id not in queue(store)
    assert first.id not in queue(store), "it is claimed, or it is settled"
    mine = {one.id for one in reviews.claim(store, Desk("olha"), 1_000)}
    reviews.release(store, Desk("olha"))
    assert mine == queue(store).keys()
    assert second.id not in mine


def test_what_news_settle_leaves_the_queue(store: GraphStore, index: Indexed) -> None:
    asked = [slot.review for _, slot in slots.read(store)]
    one = next(one for one in asked if not one.together)
    facts = Facts()
    for record in (one.left.record, one.right.record):
        said = {"birth.date": ["1971-04-13"], "email": ["one@example.com"]}
        facts.says(record, said | {"phone": ["+380501112233"]}, at=1)
    written(store, facts, "both say the same")
    increment(store, index)
    left = [slot.review for _, slot in slots.read(store)]
    assert one.id not in {each.id for each in left}
    ends = store.edges([one.left.record, one.right.record], ["OF"])
    assert len({edge.target for edge in ends}) == 1
    places = [place for place, _ in slots.read(store)]
    assert sorted(places) == list(range(len(left))), "no gap is left"


def test_what_a_party_bought_since_moves_its_questions(
    store: GraphStore, index: Indexed
) -> None:
    one = next(one for one in reviews.unclaimed(store, 1_000) if not one.together)
    facts = Facts()
    for place, record in enumerate((one.left.record, one.right.record)):
        key = IDS.event("Purchase", record, "1")
        facts.add(Purchase(id=key, number="1", currency="UAH", amount=300 + place))
        facts.edges.append(Edge(type="BY", source=key, target=record))
    written(store, facts, "bought")
    said = Facts()
    said.says(one.left.record, {"phone": ["+380501112233"]}, at=1)
    written(store, said, "said")
    increment(store, index)
    later = queue(store)[one.id]
    assert (later.left.money, later.right.money) == ({"UAH": 300}, {"UAH": 301})


def test_questions_are_looked_at_again_once_the_store_has_grown(
    store: GraphStore, index: Indexed, parts: list[Facts]
) -> None:
    known = sum(isinstance(one, Record) for one in parts[0].nouns.values())
    grown = math.ceil(RENEWED * known)
    assert grown > 1
    numbers = iter(range(1_000))

    def looked_at(strangers: int) -> int | None:
        facts = Facts()
        for number in islice(numbers, strangers):
            said = named("Зореслав", f"Новенко{number}", birth_date="1999-09-09")
            facts.record(f"stranger {number}", said, source="late")
        written(store, facts, f"strangers until {number}")
        return increment(store, index).found.get("doubts looked at again")

    asked = {one.left.record for one in queue(store).values()}
    assert looked_at(grown - 1) is None
    assert looked_at(1) == len(asked)
    assert looked_at(grown - 1) is None, "it begins anew"
    assert looked_at(1) is not None
