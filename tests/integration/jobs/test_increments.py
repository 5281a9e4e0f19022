"""News brought into parties without a full run; killed, repeated, in any order."""

from pathlib import Path

import numpy as np
import pytest

from graph.batch import GraphBatch
from graph.bookkeeping import Run
from graph.errors import NotFound
from graph.hashing import view_hash
from graph.model import Party
from graph.query import Find
from graph.store import GraphStore
from intelligence.identity.weights.model import Model
from intelligence.jobs.arriving.assigning import Resolver
from intelligence.jobs.arriving.indexed import Indexed
from intelligence.jobs.deciding import events
from intelligence.jobs.deciding.deciding import decide
from intelligence.jobs.deciding.ledger import Order
from intelligence.jobs.full.resolving import resolve
from intelligence.jobs.increments.increments import increment, watch
from intelligence.jobs.index import Index
from intelligence.jobs.runs import models
from tests.support.arrivals import (
    SOURCES,
    arrival,
    crowd,
    ingested,
    parties,
    party_of,
    resolved,
)
from tests.support.street import write


@pytest.fixture
def known(store: GraphStore) -> list[str]:
    return resolved(store)


def index_of(store: GraphStore, folder: Path) -> Indexed:
    return Indexed(Index.open(store, folder / "index"))


def partition(store: GraphStore) -> set[frozenset[str]]:
    """The records of each party."""
    edges = store.edges(sorted(parties(store)), ["OF"], direction="in")
    found: dict[str, set[str]] = {}
    for edge in edges:
        found.setdefault(edge.target, set()).add(edge.source)
    return {frozenset(group) for group in found.values()}


MORE = [(n, source) for n in range(0, 90, 3) for source in SOURCES[2:]]


@pytest.mark.parametrize("seed", [1, 2])
def test_increments_in_any_order_end_as_a_full_run_does(
    store: GraphStore, known: list[str], tmp_path: Path, seed: int
) -> None:
    assert known
    index = index_of(store, tmp_path)
    order = np.random.default_rng(seed).permutation(len(MORE))
    for number, part in enumerate(np.array_split(order, 10)):
        ingested(store, [MORE[at] for at in part.tolist()], f"part {number}")
        assert increment(store, index).found["records"] == len(part)
    found = partition(store)
    assert len(found) == 56 + len({n for n, _ in MORE if n >= 56})
    kept = models.active(store)
    assert kept is not None
    resolve(store, model=kept.id)
    assert partition(store) == found


@pytest.mark.usefixtures("known")
def test_a_second_increment_writes_nothing(store: GraphStore, tmp_path: Path) -> None:
    index = index_of(store, tmp_path)
    ingested(store, MORE, "more")
    assert increment(store, index).changed
    view = view_hash(store)
    again = increment(store, index)
    assert not again.changed
    assert again.found == {"records": 0, "parties": 0}
    assert view_hash(store) == view


@pytest.mark.usefixtures("known")
def test_only_parties_that_news_touch_are_written(
    store: GraphStore, tmp_path: Path
) -> None:
    index = index_of(store, tmp_path)
    ingested(store, [(3, "web")], "one")
    report = increment(store, index)
    assert report.found == {"records": 1, "parties": 1}
    assert report.written.nodes <= 1
    assert 1 <= report.written.edges <= 3


def test_news_that_unite_two_parties_redirect_the_younger(
    store: GraphStore, known: list[str], tmp_path: Path
) -> None:
    index = index_of(store, tmp_path)
    facts = arrival(60, "web")
    decide(store, Order("same", (known[0],), (known[2],), "olha", "one"))
    decided = party_of(store, known[0])
    assert decided == party_of(store, known[2])
    store.apply(GraphBatch(id="news", nodes=facts.nodes, edges=facts.edges))
    increment(store, index)
    before = store.watermark()
    decide(store, Order("same", (facts.record,), (known[4],), "olha", "one"))
    other = arrival(60, "app")
    store.apply(GraphBatch(id="more", nodes=other.nodes, edges=other.edges))
    increment(store, index)
    party = party_of(store, known[4])
    assert party == party_of(store, facts.record) == party_of(store, other.record)
    (noun,) = store.get([party or ""])
    assert isinstance(noun, Party)
    merges = [e for e in events.events(store, before).events if e.kind == "merge"]
    assert [e.target for e in merges] == [party]
    (redirect,) = store.edges([merges[0].source], ["MERGED_INTO"])
    assert redirect.target == party
    assert party_of(store, known[0]) == decided, "decisions stand"


def test_what_was_decided_to_be_two_stays_two(
    store: GraphStore, known: list[str], tmp_path: Path
) -> None:
    decide(store, Order("different", (known[0],), (known[1],), "olha", "two"))
    ingested(store, [(0, "web"), (0, "app")], "more")
    increment(store, index_of(store, tmp_path))
    assert party_of(store, known[0]) != party_of(store, known[1])


@pytest.mark.usefixtures("known")
def test_what_came_online_is_looked_at_again(store: GraphStore, tmp_path: Path) -> None:
    index = index_of(store, tmp_path)
    (answer,) = Resolver(store, index).resolve([arrival(60, "web")])
    ingested(store, [(60, "app"), (60, "crm")], "more")
    report = increment(store, index)
    assert report.found["records"] == 3
    assert party_of(store, arrival(60, "app").record) == answer.party


@pytest.mark.usefixtures("known")
def test_watching_makes_runs_only_of_news(store: GraphStore, tmp_path: Path) -> None:
    pauses = iter(range(4))

    def wait() -> bool:
        number = next(pauses)
        if number == 1:
            ingested(store, [(60, "app")], "later")
        return number < 3

    before = len(runs(store))
    reports = list(watch(store, index_of(store, tmp_path), wait))
    assert [one.found["records"] for one in reports] == [1]
    assert len(runs(store)) == before + 1


def test_the_prior_goes_with_how_often_records_are_of_one_party(
    store: GraphStore, tmp_path: Path
) -> None:
    write(store, crowd(sources=4)[0])
    resolve(store)
    first = active(store)
    assert first.matched == pytest.approx(56 * 6 / (224 * 223 / 2))
    index = index_of(store, tmp_path)
    for people in (range(56, 96), range(96, 136)):
        ingested(store, [(number, "web") for number in people], f"{people}")
        increment(store, index)
    later = active(store)
    assert later.matched == pytest.approx(56 * 6 / (264 * 263 / 2))
    moved = first.slope * np.log(later.matched / first.matched)
    odds = [one.priors[0] - one.priors[2] for one in (first, later)]
    assert odds[1] - odds[0] == pytest.approx(moved)
    assert later.weights == first.weights
    index.catch_up()
    assert index.renewed().matched < later.matched, "it weighs by the new model"
    found = partition(store)
    kept = models.active(store)
    assert kept is not None
    assert "prior renewed of" in kept.report
    resolve(store, model=kept.id)
    assert partition(store) == found


def active(store: GraphStore) -> Model:
    kept = models.active(store)
    assert kept is not None
    return Model.from_bytes(models.blob(kept))


def runs(store: GraphStore) -> list[Run]:
    query = Find(label="Run", attribute="started_at", within=("resolve",))
    return [noun for noun in store.find(query) if isinstance(noun, Run)]


class _Nobody:
    """An index that is never asked."""


def test_an_increment_needs_a_full_run_first(store: GraphStore) -> None:
    with pytest.raises(NotFound, match="closeknit resolve"):
        increment(store, _Nobody())  # type: ignore[arg-type]
