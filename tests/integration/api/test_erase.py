"""``erase`` asks at a terminal before anybody is gone."""

import sys
from pathlib import Path

import pytest

from graph.connect import connect
from tests.support.street import street, write
from tests.support.terminal import Terminal

URL = "sqlite:///street.db"
COMMAND = (sys.executable, "-m", "api", "erase", "crm:3", "--store", URL)


@pytest.fixture
def zoya(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Her record in a store of the street."""
    monkeypatch.chdir(tmp_path)
    with connect(URL) as store:
        facts, ids = street()
        write(store, facts)
    return ids["zoya"]


def is_there(record: str) -> bool:
    with connect(URL, read_only=True) as store:
        return store.get([record]) != [None]


@pytest.mark.parametrize(("answer", "code"), [("n", 1), ("", 1), ("y", 0)])
def test_only_a_yes_erases(answer: str, code: int, zoya: str, tmp_path: Path) -> None:
    with Terminal(COMMAND, tmp_path) as steward:
        asked = steward.until("Erase them for good?")
        assert "1 record would go: crm 1" in asked
        assert is_there(zoya)
        steward.press(f"{answer}\n")
        ended, said = steward.ended()
    assert (ended, is_there(zoya)) == (code, code == 1)
    assert ("nobody was erased" in said) == (code == 1)
