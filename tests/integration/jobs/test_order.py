"""The order in which feeds come decides nothing, from the facts to the scores."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from graph.connect import connect
from graph.hashing import hashes
from ingest.pipeline import ingest
from ingest.town.build import build
from intelligence.jobs.full.resolving import resolve
from intelligence.jobs.full.scoring import score


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("order")
    build(150, 11, folder)
    return sorted((folder / "feeds").iterdir())


def concluded(feeds: Iterable[Path], database: Path) -> tuple[str, str]:
    """Facts and view hash of a store that took the feeds one after the other."""
    with connect(f"sqlite:///{database}") as store:
        for feed in feeds:
            ingest([feed], store)
        resolve(store)
        score(store)
        found = hashes(store)
        return found.facts, found.view


def test_feeds_in_any_order_give_the_same_facts_and_conclusions(
    feeds: list[Path], tmp_path: Path
) -> None:
    there = concluded(feeds, tmp_path / "there.db")
    back = concluded(reversed(feeds), tmp_path / "back.db")
    assert there == back
