"""Feeds whose items are not lines: compared, stopped anywhere, in any order."""

from collections import Counter
from collections.abc import Iterator
from itertools import count, permutations
from pathlib import Path

import pytest

from graph.batch import Applied, GraphBatch
from graph.connect import connect
from graph.hashing import facts_hash
from graph.schema import EdgeKind
from graph.store import GraphStore
from ingest.facts.times import SECOND, micros
from ingest.pipeline import ingest
from tests.support.chats import START, Talks, account, bodies
from tests.support.fidelity import by_record, ends, rows
from tests.support.ingest_until import SMALL


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Talks]:
    folder = tmp_path_factory.mktemp("items")
    text, talks = account(3)
    (folder / "result.json").write_text(text, "utf-8")
    (folder / "bodies.json").write_text(bodies(5), "utf-8")
    return folder, talks


@pytest.fixture(scope="module")
def clean(
    files: tuple[Path, Talks], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[GraphStore]:
    path = tmp_path_factory.mktemp("clean") / "graph.db"
    with connect(f"sqlite:///{path}") as store:
        for report in ingest([files[0]], store, settings=SMALL):
            assert report.read == report.accepted > 0
        yield store


def test_what_an_account_says_is_in_the_graph(
    files: tuple[Path, Talks], clean: GraphStore
) -> None:
    talks = files[1]
    found = Counter(
        (
            record["key"],
            micros(talk["observed_at"]) // SECOND,
            talk["text"],
            talk["kind"],
            talk["direction"],
        )
        for talk, record in by_record(clean, "Interaction")
        if record
    )
    assert found == Counter(talks.messages)
    texts = {handle: row["text"] for handle, row in rows(clean, "Interaction").items()}
    answers = Counter((texts[a], texts[b]) for a, b in ends(clean, EdgeKind.REPLY_TO))
    assert answers == Counter(talks.replies)
    records, known = rows(clean, "Record"), rows(clean, "Identifier")
    phones = {
        (records[source]["key"], known[target]["value"])
        for source, target in ends(clean, EdgeKind.HAS)
        if known[target]["kind"] == "phone"
    }
    assert phones == set(talks.contacts)
    visits = [one for one, _ in by_record(clean, "Visit")]
    assert sum(one["events"] for one in visits) == 40 * 25
    assert min(one["observed_at"] for one in visits).timestamp() > START


class Falling:
    """A store that fails at one commit, before it or after it; else the store's own."""

    def __init__(self, store: GraphStore, left: int, *, after: bool) -> None:
        self._store, self._left, self._after = store, left, after

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def apply(self, batch: GraphBatch) -> Applied:
        self._left -= 1
        if self._left == 0 and not self._after:
            raise ConnectionError
        done = self._store.apply(batch)
        if self._left == 0:
            raise ConnectionError
        return done


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", ["result.json", "bodies.json"])
def test_stopped_at_every_commit_and_gone_on(
    name: str,
    after: bool,  # noqa: FBT001 - a case of the test
    files: tuple[Path, Talks],
    tmp_path: Path,
) -> None:
    path = files[0] / name
    with connect(f"sqlite:///{tmp_path}/clean.db") as store:
        ingest([path], store, settings=SMALL)
        expected = facts_hash(store)
    stops = 0
    with connect(f"sqlite:///{tmp_path}/graph.db") as store:
        for left in count(1):
            # Each run comes one or two commits further, then fails.
            falling = Falling(store, 1 + after + left % 2, after=after)
            try:
                [report] = ingest([path], falling, settings=SMALL)  # type: ignore[arg-type]
            except ConnectionError:
                stops += 1
                assert stops < 200
                continue
            break
        assert report.read == report.accepted + report.skipped
        assert facts_hash(store) == expected
    assert stops > 1


def test_in_any_order(
    files: tuple[Path, Talks], clean: GraphStore, tmp_path: Path
) -> None:
    expected = facts_hash(clean)
    for number, order in enumerate(permutations(sorted(files[0].iterdir()))):
        with connect(f"sqlite:///{tmp_path}/{number}.db") as store:
            ingest(order, store)
            assert facts_hash(store) == expected
            again = ingest(order, store)
            assert all(report.read == report.skipped for report in again)
