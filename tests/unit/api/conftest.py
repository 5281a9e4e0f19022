"""The village, written once; the tests here only read it."""

from collections.abc import Iterator

import pytest

from graph.connect import connect
from tests.support.village import Known, fill


@pytest.fixture(scope="session")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Known]:
    path = tmp_path_factory.mktemp("village") / "village.db"
    with connect(f"sqlite:///{path}") as store:
        yield Known(store, fill(store))
