"""Snapshots as files: the same again, whole, or refused."""

from pathlib import Path
from uuid import UUID

import msgspec
import numpy as np
import pyarrow.parquet as pq
import pytest

from graph.batch import GraphBatch
from graph.errors import SnapshotRefused
from graph.schema import Purpose
from graph.snapshot import Projection, load, take
from graph.store import GraphStore
from tests.contract.conftest import Another
from tests.support.graphs import Maker, town

SHARED = Projection(purpose=Purpose.SHARED)


def test_saved_and_loaded_it_is_the_same(
    store: GraphStore, make: Maker, tmp_path: Path
) -> None:
    town(store, make)
    taken = take(store, SHARED)
    taken.save(tmp_path / "here")
    found = load(tmp_path / "here", store)
    assert msgspec.structs.replace(found.manifest, files={}) == taken.manifest
    for label in taken.labels:
        assert found.nodes(label).equals(taken.nodes(label))
    for kind in taken.kinds:
        assert found.edges(kind).equals(taken.edges(kind))
    assert found.ids("Party") == taken.ids("Party")
    np.testing.assert_array_equal(
        found.csr(["HAS", "OF"]).indices, taken.csr(["HAS", "OF"]).indices
    )
    file = pq.ParquetFile(tmp_path / "here/nodes/Record.parquet")
    column = file.metadata.row_group(0).column(0)
    assert column.compression == "UNCOMPRESSED"


def test_saving_replaces_a_snapshot_and_nothing_else(
    store: GraphStore, make: Maker, tmp_path: Path
) -> None:
    town(store, make)
    take(store, SHARED, at=0).save(tmp_path / "here")
    take(store, SHARED).save(tmp_path / "here")
    assert load(tmp_path / "here").watermark == 1
    assert [path.name for path in tmp_path.iterdir() if "here" in path.name] == ["here"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("years of work")
    with pytest.raises(SnapshotRefused):
        take(store, SHARED).save(tmp_path / "mine")
    assert (tmp_path / "mine/thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize(
    "damage", ["missing file", "flipped byte", "cut file", "manifest", "no manifest"]
)
def test_a_damaged_snapshot_is_refused(
    store: GraphStore, make: Maker, tmp_path: Path, damage: str
) -> None:
    town(store, make)
    folder = tmp_path / "here"
    take(store, SHARED).save(folder)
    victim, manifest = folder / "nodes/Record.parquet", folder / "manifest.json"
    if damage == "missing file":
        victim.unlink()
    elif damage == "no manifest":
        manifest.unlink()
    elif damage == "manifest":
        manifest.write_text(
            manifest.read_text().replace('"watermark": 1', '"watermark": 9')
        )
    else:
        content = bytearray(victim.read_bytes())
        content[len(content) // 2] ^= 1
        victim.write_bytes(content[:-1] if damage == "cut file" else content)
    with pytest.raises(SnapshotRefused):
        load(folder)


def test_a_snapshot_of_another_store_is_refused(
    store: GraphStore, make: Maker, another: Another, tmp_path: Path
) -> None:
    town(store, make)
    take(store, SHARED).save(tmp_path / "here")
    with another() as empty, pytest.raises(SnapshotRefused):
        load(tmp_path / "here", empty)
    with another(UUID(int=5)) as named:
        named.apply(GraphBatch(id="one"))
        with pytest.raises(SnapshotRefused):
            load(tmp_path / "here", named)
