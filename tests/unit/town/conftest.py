"""One small town for all tests of this folder."""

import csv
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from ingest.town import Summary, build

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = 800


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Summary:
    return build(PEOPLE, 11, tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def truth(town: Summary) -> Callable[[str], list[dict[str, Any]]]:
    return lambda name: pq.read_table(
        town.out / "truth" / f"{name}.parquet"
    ).to_pylist()


@pytest.fixture(scope="session")
def rows(town: Summary) -> Callable[[str], list[dict[str, str]]]:
    """A CSV feed as dictionaries."""

    def read(name: str) -> list[dict[str, str]]:
        path: Path = town.out / "feeds" / name
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return read


@pytest.fixture(scope="session")
def lines(town: Summary) -> Callable[[str], list[str]]:
    def read(name: str) -> list[str]:
        return (town.out / "feeds" / name).read_text("utf-8").splitlines()

    return read


@pytest.fixture(scope="session")
def objects(
    lines: Callable[[str], list[str]],
) -> Callable[[str], list[dict[str, Any]]]:
    """A feed of JSON lines."""
    return lambda name: [json.loads(line) for line in lines(name)]
