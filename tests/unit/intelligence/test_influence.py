from collections.abc import Callable

import numpy as np
import pytest

from graph.model import Product, Purchase
from graph.snapshot import Snapshot
from intelligence.influence.bought_after import WINDOW, count, first_purchases
from intelligence.influence.influence import influence
from intelligence.parties import read
from intelligence.relationships.relate import relate
from tests.support.people import IDS, Facts, named

Resolved = Callable[..., tuple[Snapshot, dict[str, int]]]
DAY = 86_400_000_000


def people(facts: Facts, names: str) -> dict[str, str]:
    return {name: facts.record(name, named(name, name + "енко")) for name in names}


def buys(facts: Facts, record: str, thing: str, at: int, kind: str = "sale") -> None:
    product = IDS.thing("Product", "default", thing)
    facts.add(Product(id=product, key=thing))
    own = Purchase(
        id=IDS.event("Purchase", record, f"{thing}{at}{kind}"),
        kind="return" if kind == "return" else "sale",
        number="1",
        currency="UAH",
        amount=1,
        observed_at=at,
    )
    facts.add(own)
    facts.edge("BY", own.id, record)
    facts.edge("OF_PRODUCT", own.id, product)


def test_rank_flows_from_the_follower_to_the_followed(resolved: Resolved) -> None:
    facts = Facts()
    who = people(facts, "абвг")
    for follower in "бвг":
        facts.states(who[follower], "follows", who["а"], at=DAY)
    snapshot, place = resolved(facts)
    parties = read(snapshot)
    found = influence(snapshot, parties, relate(snapshot, parties, IDS).ties)
    value = dict(zip(found.party.tolist(), found.value, strict=True))
    assert value[place[who["а"]]] == max(value.values()) > 1.0
    assert sum(value.values()) == pytest.approx(4.0, abs=1e-4)  # 1 is average
    reasons = found.reasons[found.party.tolist().index(place[who["а"]])]
    assert reasons[0] == {"why": "follows", "parties": 3}
    movers = [one for one in reasons if one["why"] == "moves"]
    assert [one["share"] for one in movers] == [0.333] * 3


def test_who_is_bought_after_is_the_more_influential(resolved: Resolved) -> None:
    facts = Facts()
    who = people(facts, "абв")
    facts.states(who["в"], "follows", who["а"], at=DAY)
    facts.states(who["в"], "follows", who["б"], at=DAY)
    buys(facts, who["а"], "kettle", DAY)
    buys(facts, who["в"], "kettle", 2 * DAY)
    snapshot, place = resolved(facts)
    parties = read(snapshot)
    found = influence(snapshot, parties, relate(snapshot, parties, IDS).ties)
    value = dict(zip(found.party.tolist(), found.value, strict=True))
    assert value[place[who["а"]]] > value[place[who["б"]]]


def test_firms_take_no_part(resolved: Resolved) -> None:
    facts = Facts()
    a = facts.record("1", named("Іван", "Коваль"))
    club = {"organization.name": ["Клуб"]}
    facts.states(a, "member_of", facts.record("2", club, organization=True), at=DAY)
    snapshot, _ = resolved(facts)
    parties = read(snapshot)
    found = influence(snapshot, parties, relate(snapshot, parties, IDS).ties)
    assert found.value == []


def test_only_a_later_purchase_within_the_window_counts(resolved: Resolved) -> None:
    facts = Facts()
    who = people(facts, "аб")
    buys(facts, who["а"], "kettle", 10 * DAY)
    buys(facts, who["б"], "kettle", 12 * DAY)  # after
    buys(facts, who["а"], "lamp", 10 * DAY)
    buys(facts, who["б"], "lamp", 10 * DAY + WINDOW + 1)  # too late
    buys(facts, who["а"], "sofa", 10 * DAY)
    buys(facts, who["б"], "sofa", 9 * DAY)  # before
    buys(facts, who["а"], "oven", 10 * DAY, "return")
    buys(facts, who["б"], "oven", 11 * DAY)  # no sale to follow
    snapshot, place = resolved(facts)
    bought = first_purchases(snapshot, read(snapshot))
    a, b = place[who["а"]], place[who["б"]]
    found = count(np.array([b, a]), np.array([a, b]), bought)
    assert found.tolist() == [1, 1]  # б after а: kettle; а after б: sofa
