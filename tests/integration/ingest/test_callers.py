"""An ingest beside people who wait for answers."""

from pathlib import Path

from graph.batch import ANSWERING, GraphBatch
from graph.connect import connect
from ingest.pipeline import ingest


def test_an_ingest_begins_small_where_somebody_was_just_answered(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'graph.db'}"
    with connect(url) as store, connect(url) as service:
        ingest([], store)
        assert store.pace.rows == store.capabilities.batch_rows
        service.apply(GraphBatch(id="a setting"))
        ingest([], store)
        assert not store.pace.is_shared
        service.apply(GraphBatch(id=f"{ANSWERING}somebody"))
        ingest([], store)
        assert store.pace.is_shared
        assert store.pace.rows == store.capabilities.shared_batch_rows
