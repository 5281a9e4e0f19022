"""Batches that are written in parts: each is fenced and logged as its feed's."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.batch import Advance, Applied, GraphBatch
from graph.errors import StaleCheckpoint
from graph.store import GraphStore
from ingest.pipeline import ingest
from ingest.settings import IngestSettings
from ingest.tables.mapping import parse_mapping
from ingest.taking import taking
from ingest.taking.batches import parts_of, staying

Write = Callable[..., Path]
MAPPING = parse_mapping('[columns]\nrecord_id = "id"\nemail = "mail"')


@pytest.fixture
def table(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A table of several batches, each of which is written in parts."""
    monkeypatch.setattr(taking, "parts_of", lambda batch, _rows: parts_of(batch, 40))
    rows = [f"{number},{number}@x.ua" for number in range(200)]
    return write("people.csv", "id,mail", *rows)


def test_after_its_first_checkpoint_the_log_names_the_feed_of_each_part(
    store: GraphStore, table: Path
) -> None:
    settings = IngestSettings(shared=True)
    [report] = ingest([table], store, mapping=MAPPING, settings=settings)
    feeds = [one.feed for one in store.batches()]
    first = feeds.index(report.feed)
    assert first > 0, "a feed without a checkpoint cannot be stepped on"
    assert set(feeds[:first]) == {None}
    assert set(feeds[first:]) == {report.feed}
    assert len(feeds) > 2 * first
    assert store.counts().nodes["Record"] == 200


def test_a_part_is_refused_once_another_process_has_taken_the_feed_further(
    store: GraphStore, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply, left = store.apply, [4]

    def overtaken(batch: GraphBatch) -> Applied:
        checkpoint = store.checkpoint(batch.advance.feed) if batch.advance else None
        if checkpoint is not None and batch.advance is not None:
            left[0] -= 1
            if left[0] == 0:
                step = Advance(batch.advance.feed, checkpoint.position, "further")
                apply(GraphBatch(id="another process", advance=step))
        return apply(batch)

    monkeypatch.setattr(store, "apply", overtaken)
    with pytest.raises(StaleCheckpoint):
        ingest([table], store, mapping=MAPPING, settings=IngestSettings(shared=True))
    assert store.batches()[-1].id == "another process"


def test_staying_is_a_step_to_the_same_place() -> None:
    assert staying("feed", None) is None
    assert staying("feed", "here") == Advance("feed", "here", "here")
