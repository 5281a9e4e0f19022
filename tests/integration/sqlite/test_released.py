"""Databases of every released version of the schema open, after their migration.

A file of ``released/`` is never written again. Where these tests fail after a change of
the schema, the change needs a step of its own in ``graph.migrations``.
"""

import gzip
import sqlite3
from pathlib import Path

import pytest

from graph.connect import connect
from graph.hashing import facts_hash, view_hash
from graph.migrate import migrate, status
from graph.migrations import STEPS
from graph.schema import SCHEMA_VERSION
from tests.support.released_store import fill

RELEASED = Path(__file__).parent / "released"
VERSIONS = range(1, SCHEMA_VERSION + 1)


@pytest.fixture
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The database of a version."""
    file = tmp_path / "graph.db"
    packed = RELEASED / f"schema_{request.param}.db.gz"
    file.write_bytes(gzip.decompress(packed.read_bytes()))
    return file


def shape(file: Path) -> dict[str, str]:
    """What the file's tables and indexes are, without the layout of the text."""
    plain = sqlite3.connect(file)
    rows = plain.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    found = {name: " ".join(sql.split()) for name, sql in rows}
    plain.close()
    return found


@pytest.mark.parametrize("old", VERSIONS, indirect=True)
def test_a_released_database_is_brought_up_to_date(old: Path, tmp_path: Path) -> None:
    url, fresh = f"sqlite:///{old}", tmp_path / "fresh.db"
    pending = status(url).pending
    assert migrate(url) == [f"{number}: {title}" for number, title in pending.items()]
    with connect(f"sqlite:///{fresh}") as made, connect(url) as store:
        store.verify()
        fill(made)
        assert store.counts() == made.counts()
        assert facts_hash(store) == facts_hash(made)
        assert view_hash(store) == view_hash(made)
        assert [one.id for one in store.batches()] == [o.id for o in made.batches()]
        assert store.checkpoints() == made.checkpoints()
        assert [noun.name for noun in store.search("коваль")] == ["Анна Коваль"]
    assert shape(old) == shape(fresh)


def test_steps_are_numbered_without_gaps() -> None:
    assert [step.number for step in STEPS] == list(VERSIONS)
