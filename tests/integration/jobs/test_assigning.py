"""Records that arrive one by one: assigned to a party, or to a new one."""

import random
from pathlib import Path

import pytest

from graph.batch import Advance, EdgeRef, GraphBatch
from graph.errors import Refused
from graph.hashing import facts_hash
from graph.model import Edge, Party, Record
from graph.store import GraphStore
from intelligence.jobs.around.membership import read
from intelligence.jobs.arriving import abreast
from intelligence.jobs.arriving.arrivals import Arrival
from intelligence.jobs.arriving.assigning import Resolver
from intelligence.jobs.arriving.indexed import Indexed
from intelligence.jobs.deciding.deciding import decide
from intelligence.jobs.deciding.ledger import Order
from intelligence.jobs.full.resolving import resolve
from intelligence.jobs.index import Index
from intelligence.jobs.runs import models
from tests.support.arrivals import (
    arrival,
    parties,
    party_of,
    person,
    resolved,
)
from tests.support.patience import until
from tests.support.people import IDS, Facts
from tests.support.whole_index import WholeIndex


@pytest.fixture
def known(store: GraphStore) -> list[str]:
    return resolved(store)


@pytest.fixture
def resolver(store: GraphStore, known: list[str]) -> Resolver:
    assert known
    return Resolver(store, WholeIndex(store))


def test_a_record_joins_its_party_and_its_golden_attributes(
    store: GraphStore, known: list[str], resolver: Resolver
) -> None:
    before = store.watermark()
    (answer,) = resolver.resolve([arrival(3, "web")])
    assert answer.party == party_of(store, known[6]) == party_of(store, answer.record)
    assert not answer.created
    assert not answer.unsettled
    assert answer.seq == before + 1, "one transaction"
    assert answer.candidates[0].party == answer.party
    assert "phone: same" in answer.candidates[0].why
    (edge,) = store.edges([answer.record], ["OF"])
    assert edge.weight == answer.probability > 0.9
    assert edge.attributes == {"method": "fellegi-sunter-3"}
    (version,) = store.versions([answer.record])[0]
    assert version.value["phone"] == ["+380501200003"]


@pytest.mark.parametrize("dry_run", [True, False])
def test_what_an_ingest_left_is_taken_in_after_an_answer(
    store: GraphStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    dry_run: bool,
) -> None:
    """Whoever asks first does not wait for it, and whoever asks later finds it."""
    resolved(store)
    index = Indexed(Index.open(store, tmp_path / "index"))
    resolver = Resolver(store, index)
    opened_at = index.watermark
    for part in range(4):
        many = range(70 + 40 * part, 110 + 40 * part)
        fed(store, [arrival(number, "crm") for number in many], f"news {part}")
    monkeypatch.setattr(abreast, "_QUIET", 0)
    (answer,) = resolver.resolve([arrival(3, "web")], dry_run=dry_run)
    assert answer.watermark == opened_at
    until(lambda: not resolver._queue._has_clerk)
    resolver.resolve([arrival(4, "web")], dry_run=True)
    assert index.watermark == store.watermark()


def fed(store: GraphStore, arrivals: list[Arrival], feed: str) -> None:
    """Write records as a feed does."""
    nodes = {noun.id: noun for one in arrivals for noun in one.nodes}
    edges = [edge for one in arrivals for edge in one.edges]
    step = Advance(feed, None, "1")
    store.apply(
        GraphBatch(id=feed, nodes=list(nodes.values()), edges=edges, advance=step)
    )


def test_a_dry_run_answers_the_same_and_writes_nothing(
    store: GraphStore, resolver: Resolver
) -> None:
    before, hash_before = store.watermark(), facts_hash(store)
    (told,) = resolver.resolve([arrival(3, "web")], dry_run=True)
    (new,) = resolver.resolve([arrival(60, "web")], dry_run=True)
    assert (store.watermark(), facts_hash(store)) == (before, hash_before)
    assert (new.party, new.created, new.name) == (
        None,
        True,
        "Олексій Мельникенко-Новий",
    )
    (answer,) = resolver.resolve([arrival(3, "web")])
    assert (told.party, told.probability) == (answer.party, answer.probability)
    assert (told.candidates, told.seq) == (answer.candidates, None)


def test_parties_are_read_the_same_whatever_was_known_of_them_before(
    store: GraphStore, known: list[str]
) -> None:
    every, stranger = read(store, known), IDS.of("Record", "nobody")
    names, draw = sorted(every.parties), random.Random(4)  # noqa: S311 - test data
    for _ in range(40):
        asked = {*draw.sample(known, draw.randint(1, 8)), stranger}
        likely = draw.sample(names, draw.randint(0, 8))
        expected = read(store, asked)
        assert read(store, asked, likely=likely) == expected
        assert read(store, asked, likely=[*likely, stranger]) == expected
        assert {every.of[one].target for one in asked - {stranger}} == set(
            expected.parties
        )


def test_a_newcomer_gets_a_party_and_the_next_record_of_him_joins_it(
    store: GraphStore, resolver: Resolver
) -> None:
    (first,) = resolver.resolve([arrival(60, "web")])
    assert first.created
    assert first.probability == 1.0
    (noun,) = store.get([first.party or ""])
    assert isinstance(noun, Party)
    assert noun.values["phone"] == ["+380501200060"]
    (second,) = resolver.resolve([arrival(60, "shop")])
    assert (second.party, second.created) == (first.party, False)


def test_newcomers_that_arrive_together_become_one_party(resolver: Resolver) -> None:
    one, other, third = resolver.resolve(
        [arrival(60, "web"), arrival(60, "shop"), arrival(61, "web")]
    )
    assert one.party == other.party != third.party
    assert one.seq == other.seq == third.seq


def test_the_same_record_again_changes_nothing(
    store: GraphStore, resolver: Resolver
) -> None:
    (first,) = resolver.resolve([arrival(3, "web")])
    before = store.watermark()
    (again,) = resolver.resolve([arrival(3, "web")])
    assert store.watermark() == before
    assert (again.party, again.known, again.seq) == (first.party, True, None)


def test_a_known_record_that_says_more_stays_and_its_party_shows_it(
    store: GraphStore, known: list[str], resolver: Resolver
) -> None:
    facts = Facts()
    record = facts.record("3", person(3), source="crm")
    facts.says(record, person(3) | {"email": ["tkachenko@example.org"]}, at=5)
    nodes = list(facts.nouns.values())
    told = Arrival(record=record, nodes=nodes, edges=facts.edges)
    (answer,) = resolver.resolve([told])
    assert answer.known
    assert answer.party == party_of(store, known[6])
    (noun,) = store.get([answer.party or ""])
    assert isinstance(noun, Party)
    assert noun.values["email"] == ["tkachenko@example.org"]


def test_a_record_that_was_decided_to_be_anothers_stays_away(
    store: GraphStore, known: list[str], resolver: Resolver
) -> None:
    facts = arrival(3, "web")
    alone(store, facts)
    sides = (facts.record,), (known[6], known[7])
    decide(store, Order("split", *sides, "olha", "seen"))
    (answer,) = resolver.resolve([facts])
    assert answer.created
    assert answer.party not in {party_of(store, one) for one in known}


def test_a_record_that_was_decided_to_be_one_with_another_joins_it(
    store: GraphStore, known: list[str], resolver: Resolver
) -> None:
    facts = arrival(60, "web")
    alone(store, facts)
    decide(store, Order("same", (facts.record,), (known[6],), "olha", "seen"))
    (answer,) = resolver.resolve([facts])
    assert answer.party == party_of(store, known[6])
    assert answer.probability == 1.0


def test_what_is_decided_between_two_questions_counts_in_the_second(
    store: GraphStore, known: list[str], resolver: Resolver
) -> None:
    facts = arrival(3, "web")
    alone(store, facts)
    (before,) = resolver.resolve([facts], dry_run=True)
    assert before.party == party_of(store, known[6])
    for record in known[6:8]:  # all of the party that it would join
        decide(store, Order("different", (facts.record,), (record,), "olha", "seen"))
    (after,) = resolver.resolve([facts], dry_run=True)
    assert after.party != before.party


def test_an_erased_record_is_refused_and_nothing_of_it_is_kept(
    store: GraphStore, resolver: Resolver
) -> None:
    (answer,) = resolver.resolve([arrival(60, "web")])
    store.erase([answer.record], by="olha", why="asked")
    before = parties(store)
    with pytest.raises(Refused):
        resolver.resolve([arrival(60, "web")])
    assert parties(store) == before
    assert store.get([answer.record]) == [None]


def test_what_joins_a_party_that_a_full_run_ends_meanwhile_follows_it(
    store: GraphStore, known: list[str], resolver: Resolver
) -> None:
    apart = IDS.party(known[1], 0)
    store.apply(
        GraphBatch(
            id="torn apart",
            nodes=[Party(id=apart, kind="person", name="?", names=["?"], method="x")],
            edges=[Edge(type="OF", source=known[1], target=apart, weight=1.0)],
            closings=[EdgeRef("OF", known[1], party_of(store, known[0]) or "")],
        )
    )
    kept = models.active(store)
    assert kept is not None
    arriving, told = arrival(0, "app"), list[str]()

    def meanwhile(what: str, *_: object) -> None:
        if what == "resolve" and not told:
            alone(store, arriving)
            pair = (arriving.record,), (known[1],)
            decide(store, Order("same", *pair, "olha", "seen"))
            (answer,) = resolver.resolve([arriving])
            told.append(answer.party or "")

    resolve(store, model=kept.id, progress=meanwhile)
    assert told == [apart]
    assert store.get([apart]) == [None], "the run ended it"
    party = party_of(store, known[0])
    assert party == party_of(store, known[1]) == party_of(store, arriving.record)
    assert not resolve(store, model=kept.id).written.nodes


def alone(store: GraphStore, arriving: Arrival) -> None:
    """Write a record without what it says."""
    nodes = [noun for noun in arriving.nodes if isinstance(noun, Record)]
    store.apply(GraphBatch(id=f"alone {arriving.record}", nodes=nodes))
