"""A steward at a terminal: questions, single keys, and what they do at once."""

import json
import sys
from pathlib import Path

import pytest

from graph.connect import connect
from graph.hashing import view_hash
from intelligence.identity.reviewing.questions import Review
from intelligence.jobs.deciding import reviews
from intelligence.jobs.full.resolving import resolve
from tests.support.asked import questions
from tests.support.street import street, write
from tests.support.terminal import Terminal
from tests.support.typing_in import closeknit

URL = "sqlite:///street.db"
KEYS = "[q] quit"
COMMAND = (sys.executable, "-m", "api", "review", "--by", "olha")


@pytest.fixture(autouse=True)
def queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Review]:
    """Three people of the street, and the three questions about them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLOSEKNIT_STORE", URL)
    with connect(URL) as store:
        facts, ids = street()
        write(store, facts)
        resolve(store)
        asked = questions(store, [ids[name] for name in ("zoya", "taras", "maks")])
        reviews.replace(store, asked, "run", 1)
    return asked


def decided() -> list[tuple[str, str, str]]:
    listed = json.loads(closeknit("decisions", "list", "--json").out)
    return [(one["kind"], one["state"], one["by"]) for one in listed]


def at_desk(folder: Path, *words: str) -> Terminal:
    return Terminal([*COMMAND, *words], folder)


def test_each_key_takes_effect_at_once(tmp_path: Path) -> None:
    with connect(URL, read_only=True) as store:
        before = view_hash(store)
    with at_desk(tmp_path, "--why", "called both") as steward:
        first = steward.until(KEYS)
        for told in ("crm 3", "crm 4", "Зоя", "Тарас", "question 1", "olha"):
            assert told in first
        assert "Two parties now. Are they one? 40% that they are" in first
        assert "If they are the same, 1 record and 900.00 UAH move" in first
        assert "+3.00" in first
        steward.press("s")
        second = steward.until(KEYS)
        assert "same; z takes it back" in second
        assert "crm 5" in second
        assert decided() == [("same", "stands", "olha")]
        steward.press("x\x1b[D")  # neither a letter without a meaning nor an arrow
        steward.press("z")
        assert "same was taken back" in steward.until(KEYS)
        assert [state for _, state, _ in decided()] == ["stands", "withdrawn"]
        with connect(URL, read_only=True) as store:
            assert view_hash(store) == before
        steward.press("в")  # the key of d where Ukrainian is typed
        assert "different; z takes it back" in steward.until(KEYS)
        steward.press("u")
        third = steward.until(KEYS)
        assert "unsure; z takes it back" in third
        steward.press("s")
        code, rest = steward.ended()
    assert code == 0
    assert "nothing is left to ask; 1 same, 1 different, 1 unsure" in rest
    kinds = [(kind, state) for kind, state, _ in decided()]
    assert kinds[:2] == [("same", "stands"), ("different", "stands")]


def test_two_stewards_see_no_pair_both_and_claims_end_with_them(tmp_path: Path) -> None:
    with at_desk(tmp_path) as olha, at_desk(tmp_path) as other:
        seen = {
            steward.until(KEYS).partition("crm")[2][:40] for steward in (olha, other)
        }
        assert len(seen) == 2
        third = json.loads(closeknit("review", "--json").out)
        assert len(third) == 1
        olha.press("q")
        code, rest = olha.ended()
        assert (code, "nothing decided" in rest) == (0, True)
        assert len(json.loads(closeknit("review", "--json").out)) == 2
    listed = json.loads(closeknit("review", "--json").out)
    assert len(listed) == 3, "the other one was killed"


def test_the_limit_and_the_end_of_the_terminal_end_it(tmp_path: Path) -> None:
    with at_desk(tmp_path, "--limit", "1") as steward:
        assert "question 1 of 1" in steward.until(KEYS)
        steward.press("d")
        code, rest = steward.ended()
    assert (code, "1 different" in rest) == (0, True)
    with at_desk(tmp_path) as steward:
        steward.until(KEYS)
        steward.press("\x04")
        assert steward.ended()[0] == 0


def test_a_contradiction_is_said_and_the_question_stays(
    tmp_path: Path, queue: list[Review]
) -> None:
    one, two, three = queue[0].left.record, queue[0].right.record, queue[1].right.record
    for sides in ((one, two), (two, three)):
        assert closeknit("decide", *sides, "--same").code == 0
    (mine, *_) = json.loads(closeknit("decisions", "list", "--json").out)
    assert closeknit("decisions", "withdraw", mine["id"]).code == 0
    assert closeknit("decide", one, three, "--different").code == 0
    with at_desk(tmp_path) as steward:
        steward.until(KEYS)
        steward.press("s")
        assert "decisions would contradict each other" in steward.until(KEYS)
        steward.press("d")
        assert "1 different" in steward.ended()[1]


def test_what_a_terminal_is_needed_for_is_said() -> None:
    listed = json.loads(closeknit("review", "--json", "--limit", "2").out)
    assert [one["left"]["record"]["key"] for one in listed] == ["3", "3"]
    done = closeknit("review")
    assert (done.code, "needs a terminal" in done.err) == (2, True)
