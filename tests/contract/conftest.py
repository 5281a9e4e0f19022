"""The engines that fulfil the contract; the next one adds itself to ENGINES.

A test never asks which engine it has. What an engine cannot do yet is declared in its
``gaps``: test name → reason. Such a test must fail, so that it is noticed when it
starts to pass.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from graph.connect import connect
from graph.store import GraphStore
from tests.support.graphs import Maker


@dataclass(frozen=True)
class Engine:
    """An engine to test.

    Attributes:
        name: for people.
        fresh: URL of a new, empty store; may use the folder.
        gaps: tests that it does not pass yet, and why.
    """

    name: str
    fresh: Callable[[Path], str]
    gaps: dict[str, str] = field(default_factory=dict)


ENGINES = [Engine("sqlite", lambda folder: f"sqlite:///{folder / 'graph.db'}")]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Expect declared gaps to fail, and nothing else."""
    for item in items:
        engine = getattr(item, "callspec", None) and item.callspec.params.get("engine")
        if isinstance(engine, Engine) and (
            reason := engine.gaps.get(item.originalname)
        ):
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True))


@pytest.fixture(scope="session", params=ENGINES, ids=lambda engine: engine.name)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Every engine in turn."""
    return request.param


@pytest.fixture
def url(engine: Engine, tmp_path: Path) -> str:
    """Where an empty store may be made."""
    return engine.fresh(tmp_path)


@pytest.fixture
def store(url: str) -> Iterator[GraphStore]:
    """An empty store."""
    with connect(url) as opened:
        yield opened


@pytest.fixture
def make(store: GraphStore) -> Maker:
    """Makes nouns with the ids of the store."""
    return Maker(store.namespace)
