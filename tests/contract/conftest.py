"""The engines that fulfil the contract; the next one adds itself to ENGINES.

A test never asks which engine it has, and every engine passes all of them.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from graph.connect import connect
from graph.store import GraphStore
from tests.support.graphs import Maker
from tests.support.servers.pool import pool

Another = Callable[..., AbstractContextManager[GraphStore]]


@dataclass(frozen=True)
class Engine:
    """An engine to test.

    Attributes:
        name: for people.
        fresh: URL of a new, empty store. The folder is new; a store may use the
            place of an earlier one of the same number, which nobody needs any more.
        marks: of all its tests.
    """

    name: str
    fresh: Callable[[Path, int], str]
    marks: tuple[pytest.MarkDecorator, ...] = ()


ENGINES = [
    Engine("sqlite", lambda folder, _: f"sqlite:///{folder / 'graph.db'}"),
    Engine(
        "neo4j",
        lambda _, number: pool().empty(number),
        marks=(pytest.mark.server,),
    ),
]
PARAMS = [pytest.param(one, marks=one.marks, id=one.name) for one in ENGINES]


@pytest.fixture(scope="session", params=PARAMS)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Every engine in turn."""
    return request.param


@pytest.fixture
def url(engine: Engine, tmp_path: Path) -> str:
    """Where an empty store may be made."""
    return engine.fresh(tmp_path, 0)


@pytest.fixture
def another(engine: Engine, tmp_path: Path) -> Another:
    """Opens one more empty store for a block: ``with another() as other``."""
    used: set[int] = {0}
    serial = itertools.count()

    @contextmanager
    def opened(namespace: UUID | None = None) -> Iterator[GraphStore]:
        number = next(n for n in itertools.count() if n not in used)
        used.add(number)
        folder = tmp_path / f"another-{next(serial)}"
        folder.mkdir()
        with connect(engine.fresh(folder, number), namespace=namespace) as store:
            yield store
        used.remove(number)

    return opened


@pytest.fixture
def store(url: str) -> Iterator[GraphStore]:
    """An empty store."""
    with connect(url) as opened:
        yield opened


@pytest.fixture
def make(store: GraphStore) -> Maker:
    """Makes nouns with the ids of the store."""
    return Maker(store.namespace)
