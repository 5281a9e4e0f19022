from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.connect import connect
from graph.hashing import facts_hash
from graph.store import GraphStore
from ingest.pipeline import FeedReport, ingest
from ingest.town.build import build
from tests.support.ingest_until import SMALL


@pytest.fixture(scope="session")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The feeds of a small town."""
    folder = tmp_path_factory.mktemp("town")
    build(300, 11, folder, more_feeds=True)
    return folder / "feeds"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    with connect(f"sqlite:///{tmp_path}/graph.db") as opened:
        yield opened


@pytest.fixture(scope="session")
def clean_hash(feeds: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The facts hash of an undisturbed run."""
    path = tmp_path_factory.mktemp("clean") / "graph.db"
    with connect(f"sqlite:///{path}") as opened:
        ingest([feeds], opened, settings=SMALL)
        return facts_hash(opened)


@pytest.fixture(scope="session")
def taken(
    feeds: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[GraphStore, list[FeedReport]]]:
    """A store with the feeds of the small town, and what was reported of them."""
    path = tmp_path_factory.mktemp("fidelity") / "graph.db"
    with connect(f"sqlite:///{path}") as opened:
        yield opened, ingest([feeds], opened)


@pytest.fixture(scope="session")
def graph(taken: tuple[GraphStore, list[FeedReport]]) -> GraphStore:
    """The store with the feeds of the small town, to read."""
    return taken[0]
