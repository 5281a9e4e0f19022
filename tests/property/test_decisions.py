"""Decisions: against a plain reading of the rules, and through runs in any order."""

import itertools

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.connect import connect
from graph.errors import Contradicted
from graph.store import GraphStore
from intelligence.identity.reviewing.decisions import (
    Verdict,
    contradiction,
    in_force,
    stands,
    woven,
)
from intelligence.jobs.deciding.deciding import decide
from intelligence.jobs.deciding.ledger import Order
from intelligence.jobs.full.resolving import resolve
from tests.support.people import Facts, named
from tests.support.street import write

NAMES = "abcdef"
SIDES = st.tuples(
    st.sets(st.sampled_from(NAMES), min_size=1, max_size=3),
    st.sets(st.sampled_from(NAMES), min_size=1, max_size=3),
).map(lambda both: (both[0], both[1] - both[0]))


@st.composite
def histories(draw: st.DrawFn) -> list[Verdict]:
    """Decisions over six records, some of them withdrawing an earlier one."""
    found: list[Verdict] = []
    for at in range(draw(st.integers(0, 8))):
        left, right = draw(SIDES.filter(lambda both: bool(both[1])))
        back = draw(st.none() | st.integers(0, at - 1)) if at else None
        found.append(
            Verdict(
                id=f"d{at}",
                at=at,
                same=draw(st.booleans()),
                left=tuple(sorted(left)),
                right=tuple(sorted(right)),
                withdraws=None if back is None else f"d{back}",
            )
        )
    return found


@given(histories())
def test_what_stands_follows_from_times_alone(history: list[Verdict]) -> None:
    assert stands(history[::-1]) == stands(history)
    plain: dict[tuple[str, str], Verdict] = {}
    for verdict in history:
        if verdict.withdraws is None and verdict in in_force(history):
            for a, b in itertools.product(verdict.left, verdict.right):
                plain[min(a, b), max(a, b)] = verdict
    assert stands(history) == plain


@given(histories())
def test_a_contradiction_is_a_pair_apart_on_a_path_of_sames(
    history: list[Verdict],
) -> None:
    held = stands(history)
    same = nx.Graph(pair for pair, verdict in held.items() if verdict.same)
    apart = [pair for pair, verdict in held.items() if not verdict.same]
    wrong = [
        (a, b) for a, b in apart if a in same and b in same and nx.has_path(same, a, b)
    ]
    found = contradiction(history)
    assert (found is None) == (not wrong)
    if found is not None:
        a, b = min(wrong)
        assert (found.chain[0], found.chain[-1]) == (a, b)
        assert len(found.chain) == nx.shortest_path_length(same, a, b) + 1
        for step, link in zip(
            itertools.pairwise(found.chain), found.links, strict=True
        ):
            assert held[min(step), max(step)] == link
            assert link.same
        assert found.different == held[a, b]


@given(
    st.sets(st.integers(0, 40), min_size=1), st.sets(st.integers(50, 90), min_size=1)
)
def test_edges_of_a_decision_name_both_sides_and_hang_together(
    left: set[int], right: set[int]
) -> None:
    pairs = woven([f"{n:02}" for n in left], [f"{n:02}" for n in right])
    assert {a for a, _ in pairs} == {f"{n:02}" for n in left}
    assert {b for _, b in pairs} == {f"{n:02}" for n in right}
    assert nx.is_connected(nx.Graph(pairs))
    assert len(pairs) <= 3 * (len(left) + len(right))


def feeds() -> tuple[list[Facts], list[str]]:
    """Five people, two to a mailbox, each from a feed of their own."""
    made, ids = list[Facts](), list[str]()
    for place, given_name in enumerate(("Іван", "Іван", "Зоя", "Зоя", "Макс")):
        facts = Facts()
        holds = [("email", f"{given_name}@example.org"), ("UA:tax", given_name)]
        ids.append(facts.record(str(place), named(given_name, "Коваль"), holds))
        made.append(facts)
    return made, ids


ORDERS = (("different", 0, 1), ("same", 2, 4), ("different", 3, 4), ("same", 1, 3))
STEPS = [*(("feed", n) for n in range(5)), *(("order", n) for n in range(4))]


def replay(store: GraphStore, steps: list[tuple[str, int]], runs: list[int]) -> None:
    """Feeds and decisions in some order, a run after some steps and at the end."""
    made, ids = feeds()
    come: set[int] = set()
    waiting: list[int] = []
    for number, (what, place) in enumerate(steps):
        if what == "feed":
            write(store, made[place], f"feed {place}")
            come.add(place)
        else:
            waiting.append(place)
        for order in [o for o in waiting if set(ORDERS[o][1:]) <= come]:
            waiting.remove(order)
            kind, a, b = ORDERS[order]
            decide(store, Order(kind, (ids[a],), (ids[b],), "olha", "seen"))  # type: ignore[arg-type]
        if number in runs:
            resolve(store)
    resolve(store)


@settings(max_examples=8)
@given(st.permutations(STEPS), st.lists(st.integers(0, 8), max_size=2))
def test_decisions_survive_runs_in_any_order_of_arrival(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[str, int]],
    runs: list[int],
) -> None:
    path = tmp_path_factory.mktemp("any-order") / "store.db"
    _, ids = feeds()
    with connect(f"sqlite:///{path}") as store:
        replay(store, steps, runs)
        for _ in range(2):
            party = [store.edges([one], ["OF"])[0].target for one in ids]
            assert party[0] != party[1]
            assert party[2] == party[4]
            assert party[3] != party[4]
            assert party[1] == party[3]
            resolve(store)
        with pytest.raises(Contradicted):
            decide(store, Order("same", (ids[3],), (ids[2],), "ivan", "sure"))
