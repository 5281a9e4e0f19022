"""Increments count what came since the last full run, and say when one is due."""

import json
from pathlib import Path

import pytest

from graph.batch import GraphBatch
from graph.store import GraphStore
from intelligence.jobs.arriving.indexed import Indexed
from intelligence.jobs.full.resolving import resolve
from intelligence.jobs.increments.increments import increment
from intelligence.jobs.index import Index
from intelligence.jobs.runs.due import look
from tests.support.arrivals import arrival, resolved
from tests.support.typing_in import closeknit


def ingested(store: GraphStore, numbers: range, source: str) -> None:
    """Write records of people, unresolved."""
    facts = [arrival(number, source) for number in numbers]
    nodes = {noun.id: noun for one in facts for noun in one.nodes}
    edges = [edge for one in facts for edge in one.edges]
    name = f"{source} {numbers}"
    store.apply(GraphBatch(id=name, nodes=list(nodes.values()), edges=edges))


def test_what_came_since_adds_up_until_the_next_full_run(
    store: GraphStore, tmp_path: Path
) -> None:
    known = len(resolved(store))
    first = look(store)
    assert first is not None
    assert (first.grown, first.is_due) == (0, False)
    index = Indexed(Index.open(store, tmp_path / "index"))
    for part in (range(10), range(10, 40)):
        ingested(store, part, "web")
        report = increment(store, index)
    assert report.due == look(store)
    assert report.due is not None
    assert report.due.grown == pytest.approx(40 / known)
    assert not report.due.is_due
    assert "full run" not in report.summary()
    ingested(store, range(20), "app")
    report = increment(store, index)
    assert report.due is not None
    assert report.due.is_due
    assert "; a full run is due: 54% more records than" in report.summary()
    assert not increment(store, index).changed
    assert look(store) == report.due, "an increment without news changes nothing"
    resolve(store)
    assert look(store) == first


def test_the_doctor_tells(store: GraphStore, tmp_path: Path) -> None:
    def said() -> dict[str, object]:
        checks = json.loads(closeknit("doctor", "--json", "--store", store.url).out)
        return next(one for one in checks if one["name"] == "full run")

    assert not [
        one
        for one in json.loads(closeknit("doctor", "--json", "--store", store.url).out)
        if one["name"] == "full run"
    ], "nothing was resolved yet"
    resolved(store)
    assert said()["ok"]
    index = Indexed(Index.open(store, tmp_path / "index"))
    ingested(store, range(56), "web")
    increment(store, index)
    told = said()
    assert not told["ok"]
    assert "50% more records" in str(told["detail"])
    assert "closeknit resolve" in str(told["detail"])
