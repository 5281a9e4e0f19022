"""A table resolved without a store, and the same table ingested and resolved in one."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from api.tables import load_table
from graph import snapshot
from graph.connect import connect
from graph.store import GraphStore
from ingest.pipeline import ingest
from ingest.tables.mapping import Mapping, parse_mapping
from ingest.town.build import build_table
from intelligence.identity import engine
from intelligence.identity.columns.records import PROJECTION
from intelligence.jobs.full.resolving import resolve

Verdicts = dict[tuple[str, str], tuple[int, float]]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    build_table(400, 31, folder)
    return folder


@pytest.fixture(scope="module")
def mapping(town: Path) -> Mapping:
    """Without the employers, of which ingest makes records of their own."""
    lines = (town / "map.toml").read_text("utf-8").splitlines()
    return parse_mapping("\n".join(one for one in lines if "employer" not in one))


def stored(store: GraphStore) -> Verdicts:
    """Party and probability of each record, by source and key."""
    taken = snapshot.take(
        store,
        snapshot.Projection(
            purpose=PROJECTION.purpose,
            labels=("Record", "Party"),
            edges=("OF",),
            columns={"Record": ("source", "key"), "Party": ()},
            edge_columns=("weight",),
        ),
    )
    record = taken.nodes("Record")
    names = list(
        zip(
            record.column("source").to_pylist(),
            record.column("key").to_pylist(),
            strict=True,
        )
    )
    edges = taken.between("OF", "Record", "Party").to_pydict()
    return {
        names[row]: (party, weight)
        for row, party, weight in zip(
            edges["source"], edges["target"], edges["weight"], strict=True
        )
    }


def test_a_table_and_a_store_say_the_same(
    town: Path, mapping: Mapping, tmp_path: Path
) -> None:
    file = town / "records.csv.gz"
    loaded = load_table(file, mapping)
    found = engine.resolve(loaded.table)
    with connect(f"sqlite:///{tmp_path / 'town.db'}") as store:
        ingest([file], store, mapping=mapping)
        resolve(store)
        there = stored(store)
    assert len(there) == len(loaded.table) > 900
    assert len(np.unique(found.cluster)) < 500
    names = {key: source for source, key in there}
    known = [there[names[key], key] for key in loaded.table.ids]
    pairs = zip(found.cluster.tolist(), (party for party, _ in known), strict=True)
    parties = {party for party, _ in known}
    assert len(set(pairs)) == len(parties) == len(np.unique(found.cluster))
    weights = np.array([weight for _, weight in known])
    np.testing.assert_allclose(weights, found.probability, rtol=0, atol=1e-9)


def test_the_order_of_a_file_means_nothing(
    town: Path, mapping: Mapping, tmp_path: Path
) -> None:
    lines = gzip.decompress((town / "records.csv.gz").read_bytes()).splitlines()
    other = tmp_path / "turned.csv"
    other.write_bytes(b"\n".join([lines[0], *lines[:0:-1]]))
    one = engine.resolve(load_table(town / "records.csv.gz", mapping).table)
    two = engine.resolve(load_table(other, mapping).table)
    assert one.cluster.tolist() == two.cluster.tolist()
    assert one.probability.tolist() == two.probability.tolist()
