from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graph.connect import connect
from graph.store import GraphStore

Write = Callable[..., Path]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    with connect(f"sqlite:///{tmp_path}/graph.db") as opened:
        yield opened


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write lines to a file and give its path."""

    def written(name: str, *lines: str | bytes) -> Path:
        path = tmp_path / name
        data = [one if isinstance(one, bytes) else one.encode() for one in lines]
        path.write_bytes(b"".join(one + b"\n" for one in data))
        return path

    return written
