"""Orders of arrival put together what they say, and leave nobody out."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from api.arrival_orders import Coming, Order, arrival
from api.labels import Labelled
from graph.errors import BadFeed, BadMapping
from ingest.settings import IngestSettings
from ingest.tables.mapping import parse_mapping
from intelligence.arrays import listed

MAP = """
[columns]
record_id = "id"
source = "shop"
seen_at = "seen"
"name.family" = "family"
phone = "phone"
"address.street" = "street"
"address.house" = "house"
"""
HEAD = "id,shop,seen,family,phone,street,house\n"
ROWS = (
    "a1,crm,2025-03-01,Коваль,0671234567,вул. Садова,5",
    "a2,web,2025-01-01,Koval,,,",
    "a3,crm,,Ковалёва,,Sadova St.,5",
    "b1,web,2025-02-01,Бондар,,,",
    "b2,app,2024-02-01,Bondar,0501234567,,",
    "c1,app,,,,,",
)
LABELS = {"a1": "A", "a2": "A", "a3": "C", "b1": "B", "b2": "B"}


def table(folder: Path, mapping: str = MAP) -> Labelled:
    path = folder / "people.csv"
    path.write_text(HEAD + "\n".join(ROWS) + "\n", "utf-8")
    return Labelled(path, parse_mapping(mapping), LABELS, IngestSettings())


def came(folder: Path, order: Order, seed: int = 1) -> list[str]:
    found = arrival(table(folder), Coming(order, seed))(np.arange(len(ROWS)))
    assert sorted(found.tolist()) == list(range(len(ROWS))), "each once"
    return [ROWS[at][:2] for at in listed(found)]


def runs(keys: Sequence[str]) -> int:
    """Stretches of equal keys."""
    return sum(one != other for one, other in pairwise(keys)) + 1


@pytest.mark.parametrize("order", Order)
def test_a_seed_is_an_order(tmp_path: Path, order: Order) -> None:
    assert came(tmp_path, order) == came(tmp_path, order)
    assert len({tuple(came(tmp_path, order, seed)) for seed in range(20)}) > 1


@pytest.mark.parametrize("seed", range(5))
def test_what_is_alike_comes_together(tmp_path: Path, seed: int) -> None:
    shops = [
        {"a1": "crm", "a3": "crm", "a2": "web", "b1": "web"}.get(one, "app")
        for one in came(tmp_path, Order.SOURCES, seed)
    ]
    assert runs(shops) == 3
    aged = came(tmp_path, Order.TIME, seed)
    assert set(aged[:2]) == {"a3", "c1"}, "those without a time first"
    assert aged[2:] == ["b2", "a2", "b1", "a1"]
    names = came(tmp_path, Order.NAMESAKES, seed)
    assert names[0] == "c1", "the nameless first"
    assert set(names[1:3]) == {"b1", "b2"}
    homes = came(tmp_path, Order.NEIGHBOURS, seed)
    assert set(homes[4:]) == {"a1", "a3"}


@pytest.mark.parametrize("seed", range(5))
def test_the_truth_tells_parties_apart(tmp_path: Path, seed: int) -> None:
    whole = [LABELS.get(one, one) for one in came(tmp_path, Order.NEWCOMERS, seed)]
    assert runs(whole) == 4
    apart = [LABELS.get(one, one) for one in came(tmp_path, Order.DUPLICATES, seed)]
    assert len(set(apart[:4])) == 4
    assert set(apart[4:]) == {"A", "B"}


def test_who_says_most_comes_last(tmp_path: Path) -> None:
    found = came(tmp_path, Order.BRIDGES)
    assert found[0] == "c1"
    assert found[-2:] == ["a3", "a1"]


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    timeless = table(tmp_path, MAP.replace("seen_at", '"x.seen"'))
    with pytest.raises(BadMapping, match="map seen_at"):
        arrival(timeless, Coming(Order.TIME, 1))
    arrive = arrival(table(tmp_path), Coming(Order.SOURCES, 1))
    with pytest.raises(BadFeed, match="has changed"):
        arrive(np.arange(3))
