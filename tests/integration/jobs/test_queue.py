"""A run leaves the questions that are worth asking, and the next one replaces them."""

import pytest

from graph.store import GraphStore
from intelligence.identity.reviewing.questions import Review
from intelligence.jobs.deciding import reviews
from intelligence.jobs.deciding.deciding import decide
from intelligence.jobs.deciding.ledger import Order
from intelligence.jobs.full.resolving import resolve
from intelligence.jobs.runs import models
from tests.support.customers import customers
from tests.support.people import Facts
from tests.support.street import write


@pytest.fixture
def queue(store: GraphStore) -> list[Review]:
    """Of 120 people who hardly say when they were born."""
    table, _ = customers(120)
    said = {
        name: column.lists(len(table))
        for name, column in table.values.items()
        if name != "phone"
    }
    facts = Facts()
    for row, key in enumerate(table.ids):
        mine = {name: texts[row] for name, texts in said.items() if texts[row]}
        facts.record(key, mine, source=f"source-{table.source[row]}")
    write(store, facts)
    resolve(store)
    return reviews.unclaimed(store, 1_000)


def again(store: GraphStore) -> list[Review]:
    kept = models.active(store)
    assert kept is not None
    resolve(store, model=kept.id)
    return reviews.unclaimed(store, 1_000)


def test_a_run_leaves_its_questions(store: GraphStore, queue: list[Review]) -> None:
    assert len(queue) > 5
    assert [one.worth for one in queue] == sorted(
        (q.worth for q in queue), reverse=True
    )
    for one in queue:
        edges = store.edges([one.left.record, one.right.record], ["OF"])
        parties = {edge.source: edge.target for edge in edges}
        assert parties[one.left.record] == one.left.party
        assert parties[one.right.record] == one.right.party
        assert one.together == (one.left.party == one.right.party)
    assert again(store) == queue


def test_what_was_answered_is_not_asked_by_the_next_run(
    store: GraphStore, queue: list[Review]
) -> None:
    first = queue[0]
    kind = "different" if first.together else "same"
    pair = (first.left.record,), (first.right.record,)
    decide(store, Order(kind, *pair, "olha", "seen"))
    assert reviews.unclaimed(store, 1) == queue[1:2]
    later = again(store)
    assert first.id not in {one.id for one in later}
    assert {one.id for one in later} & {one.id for one in queue}
