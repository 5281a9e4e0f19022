from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.connect import connect
from graph.sqlite.readers import Readers
from graph.sqlite.store import SqliteStore
from tests.support.columns import ROWS
from tests.support.graphs import Maker, batch, edge


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """Records in two batches, and identifiers of which they have one each."""
    folder = tmp_path / "тека з пробілами #1 50%?"
    folder.mkdir()
    path = str(folder / "граф.db").replace("%", "%25")
    path = path.replace("#", "%23").replace("?", "%3F")
    with connect(f"sqlite:///{path}") as opened:
        assert isinstance(opened, SqliteStore)
        make = Maker(opened.namespace)
        for half in range(2):
            names = [str(half * ROWS // 2 + n) for n in range(ROWS // 2)]
            records = [make.record(name) for name in names]
            identifiers = [make.identifier(name) for name in names]
            pairs = zip(records, identifiers, strict=True)
            held = [edge("HAS", one, other) for one, other in pairs]
            opened.apply(batch(f"half {half}", records, identifiers, held))
        yield opened


@pytest.fixture
def pool(store: SqliteStore) -> Readers:
    return store._readers
