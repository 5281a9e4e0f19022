import logging
from pathlib import Path

import pytest

from api import warming as module
from api.indexes import Lazily, place_of
from api.warming import warming
from graph.connect import connect
from graph.errors import StoreUnavailable
from graph.hashing import facts_hash
from tests.support.arrivals import resolved


def test_where_there_is_an_index_it_is_loaded_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warmed: list[int] = []
    warm = module.warm
    monkeypatch.setattr(module, "warm", lambda *all_: warmed.append(warm(*all_)))
    settled: list[str] = []
    with connect(f"sqlite:///{tmp_path / 'graph.db'}") as store:
        resolved(store)
        before = store.watermark(), facts_hash(store)
        with warming(store, Lazily(store)):
            pass
        assert warmed == []  # none is made for it
        index = Lazily(store, then=lambda: settled.append("settled"))
        index()
        with warming(store, index):
            pass
        assert warmed[0] > 0
        assert settled == ["settled", "settled"]
        assert (store.watermark(), facts_hash(store)) == before


def test_a_store_that_fails_meanwhile_stops_no_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    def fail(*_: object) -> int:
        message = "somebody's name"
        raise StoreUnavailable(message)

    monkeypatch.setattr(module, "warm", fail)
    with connect(f"sqlite:///{tmp_path / 'graph.db'}") as store:
        resolved(store)
        Lazily(store)()
        assert place_of(store.url).exists()
        with warming(store, Lazily(store)):
            pass
    assert "not warmed up: StoreUnavailable" in caplog.text
    assert "somebody" not in caplog.text
