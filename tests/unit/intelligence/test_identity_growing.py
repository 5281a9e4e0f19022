"""A kept model on more records than it was learned from: values are counted anew."""

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from intelligence.identity import engine
from intelligence.identity.columns.packed import Hashes
from intelligence.identity.columns.table import Column, RecordTable
from intelligence.identity.comparisons.preparing import features
from intelligence.identity.index.building import Known, Membership, build
from intelligence.identity.index.delta import Delta
from intelligence.identity.index.generation import Generation
from intelligence.identity.index.rows import Rows
from intelligence.identity.weights.model import FREQUENT, Model, Terms
from intelligence.identity.weights.scoring import Scorer, Scores
from tests.support.customers import customers
from tests.support.desks import SECRET, desk
from tests.support.town_tables import part, source_name


def hashes(*values: int) -> Hashes:
    return np.array(values, dtype=np.uint64)


KEPT = Terms(100.0, hashes(7).tobytes(), np.array([40.0]).tobytes())


@pytest.mark.parametrize("grown", [0.2, 1.0])
def test_a_smaller_table_asks_the_model_and_counts_what_is_rare(grown: float) -> None:
    found = KEPT.frequency(hashes(7, 8, 9), np.array([3.0, 2.0, 50.0]), grown)
    assert found.tolist() == [0.4, 0.02, (FREQUENT - 0.5) / 100, 1.0]


def test_a_larger_table_counts_all_among_as_many_as_it_has() -> None:
    found = KEPT.frequency(hashes(7, 8, 9), np.array([60.0, 3.0, 500.0]), 1.5)
    assert found.tolist() == [0.4, 0.02, 1.0, 1.0]


@pytest.fixture(scope="module")
def table() -> RecordTable:
    whole = customers(160)[0]
    return replace(whole, ids=[f"{at:032x}" for at in range(len(whole))], raw={})


@pytest.fixture(scope="module")
def half(table: RecordTable) -> Model:
    """The model of every other record."""
    settings = engine.Settings(secret=SECRET)
    rows = np.arange(0, len(table), 2)
    found = Model.from_bytes(engine.resolve(part(table, rows), settings=settings).model)
    assert found.records == len(rows)
    assert found.grown(len(table)) == len(table) / len(rows)
    return found


def scores(
    model: Model, table: RecordTable, pairs: tuple[list[int], list[int]]
) -> Scores:
    ready = features(table, SECRET, script_keys=model.script_keys)
    left, right = (np.array(one, dtype=np.int64) for one in pairs)
    return Scorer(model, ready).score(left, right)


def doubled(table: RecordTable) -> RecordTable:
    """Every record a second time."""
    rows = len(table)
    values = {
        name: Column(
            np.concatenate([one.owner, one.owner + rows]),
            np.tile(one.code, 2),
            one.texts,
        )
        for name, one in table.values.items()
    }
    ids = [f"{at:032x}" for at in range(2 * rows)]
    source, firm = np.tile(table.source, 2), np.tile(table.organization, 2)
    return RecordTable(ids, source, firm, values)


def test_rare_values_stay_rare_where_records_only_multiply(
    table: RecordTable, half: Model
) -> None:
    """Twice the same records: no value became more frequent, so no pair likelier."""
    few = part(table, np.arange(0, len(table), 2))
    twice = doubled(few)
    # How many people hold a phone does not double with its records.
    alone = msgspec.structs.replace(
        half,
        weights=tuple(one for one in half.weights if one.comparison != "phone"),
    )
    pairs = list(range(20)), list(range(1, 21))
    one, other = scores(alone, few, pairs), scores(alone, twice, pairs)
    np.testing.assert_allclose(one.odds, other.odds, rtol=0, atol=1e-9)
    blind = msgspec.structs.replace(alone, records=0)
    other = scores(blind, twice, pairs)
    assert np.abs(one.odds - other.odds).max() > 0.1


def test_an_index_counts_as_the_whole_table_does(
    table: RecordTable, half: Model
) -> None:
    out = len(table) // 2
    rest = np.delete(np.arange(len(table)), out)
    sources = [source_name(at) for at in range(int(table.source.max()) + 1)]
    known = Known(1, "", SECRET, half.script_keys, sources)
    made = build(part(table, rest), Membership(np.full(len(rest), -1), []), known)
    index = desk(Delta(Generation.of(Path("/nowhere"), *made), SECRET), half)
    near = index.near(Rows(part(table, np.array([out])), sources))
    right = [int(key, 16) for key in near.record]
    assert right
    wanted = scores(half, table, ([out] * len(right), right))
    for name in ("match", "relative", "stranger", "against"):
        mine, theirs = getattr(near.scores, name), getattr(wanted, name)
        np.testing.assert_array_equal(mine, theirs)
