"""A refreshed snapshot equals one taken anew, and is not taken anew itself."""

import itertools
import math
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.connect import connect
from graph.schema import Purpose
from graph.snapshot import Projection, Window, refresh, take
from graph.store import GraphStore
from tests.contract.conftest import PARAMS, Engine
from tests.support.drawing import DENSE, Part, Scribe, batches
from tests.support.snapshot_equality import same
from tests.support.unscanned import Unscanned

EVERYTHING = ("key", "weight", "since", "until", "attributes", "seq")
PROJECTIONS = [
    Projection(
        purpose=Purpose.FRAUD,
        labels=("Record", "Version", "Identifier", "Visit", "Party", "Score"),
        edges=("VERSION_OF", "HAS", "BY", "OF", "TIE", "FOR"),
        edge_columns=EVERYTHING,
    ),
    Projection(
        purpose=Purpose.MARKETING,
        labels=("Record", "Version", "Party", "Visit"),
        columns={"Party": ("kind", "values"), "Visit": ("kind",)},
        edges=("VERSION_OF", "BY", "OF", "TIE"),
        least={"TIE": 0.5, "OF": 0.3},
        edge_columns=("weight",),
    ),
    Projection(
        purpose=Purpose.SHARED,
        labels=("Record", "Visit", "Party", "Score"),
        edges=("BY", "OF", "TIE", "FOR"),
        window=Window(low=1, high=3),
        edge_columns=(),
    ),
]
WINDOWED = Projection(
    purpose=Purpose.SHARED,
    labels=("Record", "Identifier"),
    edges=("HAS",),
    window=Window(low=-2, high=3),
)


@pytest.fixture(scope="module", params=PARAMS)
def stores(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[GraphStore, Iterator[int]]]:
    engine: Engine = request.param
    with connect(engine.fresh(tmp_path_factory.mktemp("refresh"), 0)) as store:
        yield store, itertools.count()


@settings(max_examples=14, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=DENSE, second=DENSE, chosen=st.integers(0, len(PROJECTIONS) - 1))
def test_a_refresh_reads_what_changed_and_equals_a_new_snapshot(
    stores: tuple[GraphStore, Iterator[int]],
    first: list[list[Part]],
    second: list[list[Part]],
    chosen: int,
) -> None:
    store, examples = stores
    scribe = Scribe(store, next(examples))
    for sent in batches(scribe, first):
        store.apply(sent)
    before = take(store, PROJECTIONS[chosen])
    for sent in batches(scribe, second):
        store.apply(sent)
    after = refresh(Unscanned(store), before, share=math.inf)
    assert same(after, take(store, PROJECTIONS[chosen]))


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=DENSE, second=DENSE)
def test_edges_that_widen_into_a_window(
    stores: tuple[GraphStore, Iterator[int]],
    first: list[list[Part]],
    second: list[list[Part]],
) -> None:
    store, examples = stores
    scribe = Scribe(store, next(examples))
    for sent in batches(scribe, first):
        store.apply(sent)
    before = take(store, WINDOWED)
    for sent in batches(scribe, second):
        store.apply(sent)
    assert same(refresh(store, before, share=math.inf), take(store, WINDOWED))
