"""What tests of backups share: stores by their files, a record with a name."""

import re
from pathlib import Path

from graph.model import Edge, Noun
from graph.store import GraphStore
from tests.support.graphs import Maker, batch


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def names(folder: Path) -> set[str]:
    """Files of a folder, but for what stores in use have beside them."""
    beside = re.compile(r"[^.].*-(gate|wal|shm)")
    return {one.name for one in folder.iterdir() if not beside.fullmatch(one.name)}


def said(make: Maker, key: str, name: str) -> list[Noun | Edge]:
    """A record that says a name."""
    record = make.record(key)
    return [record, *make.version(record, 1, name_full=name)]


def add(store: GraphStore, key: str, name: str) -> str:
    """Apply a record of that name."""
    make = Maker(store.namespace)
    store.apply(batch(f"add {key}", said(make, key, name)))
    return make.record(key).id
