"""People decide, on every engine: at once, in turns, and so that it can be undone."""

import threading

import msgspec
import pytest

from graph.batch import GraphBatch
from graph.errors import Contradicted
from graph.hashing import view_hash
from graph.ids import Ids
from graph.model import Decision, Edge, Party, Score
from graph.query import Find
from graph.store import GraphStore
from intelligence.identity.reviewing.decisions import contradiction
from intelligence.jobs.around.membership import read
from intelligence.jobs.deciding.deciding import decide, split_of, withdraw
from intelligence.jobs.deciding.ledger import Order, around, of_decision
from intelligence.jobs.full.resolving import resolve
from intelligence.jobs.full.scoring import score
from tests.support.street import street, write


def order(kind: str, left: list[str], right: list[str], by: str = "olha") -> Order:
    return Order(kind, tuple(left), tuple(right), by, "seen")  # type: ignore[arg-type]


@pytest.fixture
def people(store: GraphStore) -> dict[str, str]:
    """Ids of the street's records, after both runs."""
    facts, ids = street()
    write(store, facts)
    resolve(store)
    score(store)
    return ids


def party_of(store: GraphStore, record: str) -> str:
    (edge,) = store.edges([record], ["OF"])
    return edge.target


def test_a_split_after_a_merge_gives_the_same_view_at_once(
    store: GraphStore, people: dict[str, str]
) -> None:
    before = view_hash(store)
    anna, zoya = party_of(store, people["anna"]), party_of(store, people["zoya"])
    records = read(store, [people["anna"]]).records
    merged = decide(store, order("merge", records, [people["zoya"]]))
    assert merged.parties == [anna]
    assert merged.redirects == {zoya: anna}
    assert merged.at_once
    assert party_of(store, people["zoya"]) == anna
    assert store.get([zoya]) == [None]
    assert not store.edges([zoya], ["FOR", "TIE"], direction="in")
    assert view_hash(store) != before

    leaving, rest = split_of(store, [people["zoya"]])
    split = decide(store, order("split", list(leaving), list(rest)))
    assert split.parties == sorted([anna, zoya])
    assert view_hash(store) == before
    assert not store.edges([zoya], ["MERGED_INTO"])


def test_a_split_after_a_merge_gives_the_same_view_after_runs_between(
    store: GraphStore, people: dict[str, str]
) -> None:
    before = view_hash(store)
    records = read(store, [people["anna"]]).records
    decide(store, order("merge", records, [people["zoya"]]))
    resolve(store)
    score(store)
    assert view_hash(store) != before
    decide(store, order("split", [people["zoya"]], records))
    resolve(store)
    score(store)
    assert view_hash(store) == before


def scores_of(store: GraphStore, party: str) -> list[Score]:
    edges = store.edges([party], ["FOR"], direction="in")
    found = store.get(sorted(edge.source for edge in edges))
    return [noun for noun in found if isinstance(noun, Score)]


def test_scores_of_who_gained_records_are_stale_until_the_next_run(
    store: GraphStore, people: dict[str, str]
) -> None:
    anna = party_of(store, people["anna"])
    fresh = scores_of(store, anna)
    assert fresh
    assert not any(one.more for one in fresh)
    records = read(store, [people["anna"]]).records
    decide(store, order("merge", records, [people["zoya"]]))
    assert all(one.more == {"stale": True} for one in scores_of(store, anna))
    score(store)
    counted = scores_of(store, anna)
    assert counted
    assert not any(one.more for one in counted)


def test_nothing_of_an_erased_record_stays_in_a_decision(
    store: GraphStore, people: dict[str, str]
) -> None:
    merged = decide(
        store, order("merge", [people["maks"], people["zoya"]], [people["taras"]])
    )
    gone = people["maks"]
    store.erase([gone], by="olha", why="asked")
    (noun,) = store.get([merged.decision])
    assert isinstance(noun, Decision)
    assert gone not in msgspec.json.encode(noun).decode()
    (verdict,) = of_decision(store, noun).verdicts
    assert {*verdict.left, *verdict.right} == {people["zoya"], people["taras"]}
    withdraw(store, merged.decision, by="ivan", why="a slip")
    assert party_of(store, people["zoya"]) != party_of(store, people["taras"])
    resolve(store)
    assert party_of(store, people["zoya"]) != party_of(store, people["taras"])


def test_decisions_from_another_store_are_found(
    store: GraphStore, people: dict[str, str]
) -> None:
    pair = sorted([people["maks"], people["taras"]])
    key = Ids(store.namespace).of("Decision", "elsewhere")
    noun = Decision(id=key, kind="same", by="olha", at=1, why="seen")
    store.apply(GraphBatch(id="nodes", nodes=[noun]))
    edge = Edge(type="SAME_AS", source=pair[0], target=pair[1], key=key)
    store.apply(GraphBatch(id="edges", edges=[edge]))
    (found,) = store.get([key])
    assert isinstance(found, Decision)
    (verdict,) = of_decision(store, found).verdicts
    assert [*verdict.left, *verdict.right] == pair


def test_a_withdrawn_merge_was_never_made(
    store: GraphStore, people: dict[str, str]
) -> None:
    before = view_hash(store)
    merged = decide(store, order("merge", [people["maks"]], [people["taras"]]))
    assert view_hash(store) != before
    back = withdraw(store, merged.decision, by="ivan", why="a slip")
    assert back.at_once
    assert view_hash(store) == before
    again = withdraw(store, back.decision, by="ivan", why="no slip")
    assert again.at_once
    assert len(again.parties) == 1
    assert party_of(store, people["maks"]) == party_of(store, people["taras"])


def test_a_chain_that_contradicts_is_refused_and_shown(
    store: GraphStore, people: dict[str, str]
) -> None:
    a, b, c = people["maks"], people["taras"], people["zoya"]
    decide(store, order("same", [a], [b]))
    apart = decide(store, order("different", [b], [c]))
    view = view_hash(store)
    with pytest.raises(Contradicted, match="crm 5") as refused:
        decide(store, order("same", [a], [c]))
    assert set(refused.value.chain) == {a, b, c}
    assert apart.decision in str(refused.value)
    assert view_hash(store) == view
    assert len(store.find(Find(label="Decision", attribute="at"))) == 2
    withdraw(store, apart.decision, by="olha", why="wrong")
    assert len(decide(store, order("same", [a], [c])).parties) == 1


def test_of_two_contradictory_decisions_at_once_one_is_refused(
    store: GraphStore, people: dict[str, str]
) -> None:
    a, b, c = people["maks"], people["taras"], people["zoya"]
    decide(store, order("same", [a], [b]))
    orders = [order("same", [b], [c]), order("different", [a], [c], by="ivan")]
    start, outcomes = threading.Barrier(2), dict[int, object]()

    def steward(place: int) -> None:
        start.wait()
        try:
            outcomes[place] = decide(store, orders[place])
        except Contradicted as error:
            outcomes[place] = error

    threads = [threading.Thread(target=steward, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [one for one in outcomes.values() if isinstance(one, Contradicted)]
    assert len(outcomes) == 2
    assert len(refused) == 1
    assert contradiction(around(store, [a, b, c]).verdicts) is None


def test_one_record_leaves_its_party(store: GraphStore, people: dict[str, str]) -> None:
    party = party_of(store, people["anna"])
    made = decide(store, order("different", [people["anna"]], [people["anna web"]]))
    assert len(made.parties) == 2
    assert party in made.parties
    parties = [p for p in store.get(made.parties) if isinstance(p, Party)]
    assert len(parties) == 2
    assert all(
        e.weight == 1.0
        for p in made.parties
        for e in store.edges([p], ["OF"], direction="in")
    )
    report = resolve(store)
    assert not report.changed or party_of(store, people["anna"]) != party_of(
        store, people["anna web"]
    )
    (noun,) = store.get([made.decision])
    assert isinstance(noun, Decision)
    assert (noun.by, noun.why, noun.kind) == ("olha", "seen", "different")


def test_a_decision_made_while_a_run_is_under_way_is_kept(store: GraphStore) -> None:
    facts, ids = street()
    write(store, facts)
    decided: list[str] = []

    def meanwhile(what: str, *_: object) -> None:
        if what == "resolve" and not decided:
            pair = [ids["anna"]], [ids["anna web"]]
            decided.append(decide(store, order("different", *pair)).decision)

    resolve(store, progress=meanwhile)
    assert decided
    assert party_of(store, ids["anna"]) != party_of(store, ids["anna web"])
    kept = party_of(store, ids["anna"])
    resolve(store)
    assert party_of(store, ids["anna"]) == kept
    assert party_of(store, ids["anna web"]) != kept
