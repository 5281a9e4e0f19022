from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.connect import connect
from graph.store import GraphStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    with connect(f"sqlite:///{tmp_path / 'street.db'}") as opened:
        yield opened
