"""The corpus of bad inputs: each through the real ingest into a real store."""

from collections import Counter
from pathlib import Path

import pytest

from graph.bookkeeping import Reject
from graph.errors import BadFeed
from graph.model import Event
from graph.store import GraphStore
from ingest.pipeline import FeedReport, ingest
from tests.support.bad_feeds import Case
from tests.support.bad_files import FILES, GZIPS, ZIPS
from tests.support.bad_lines import ENCODINGS, ROWS, SIZES, SYNTAX, TIMES
from tests.support.facts import nouns

CASES = (*ENCODINGS, *SYNTAX, *ROWS, *TIMES, *SIZES, *ZIPS, *GZIPS, *FILES)


def test_the_corpus_is_large_and_its_names_differ() -> None:
    assert len(CASES) >= 100
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_becomes_of_it(case: Case, store: GraphStore, tmp_path: Path) -> None:
    path = _written(case, tmp_path)
    reports = _taken(case, path, store)
    assert all(r.read == r.accepted + r.rejected + r.skipped for r in reports)
    kept = nouns(store, Reject)
    assert Counter(one.code for one in kept) == Counter(case.rejected)
    assert all(one.reason and one.sha256 and one.line for one in kept)
    problems = " ".join(r.problem for r in reports if r.problem)
    assert (case.problem or "") in problems
    assert bool(problems) == (case.problem is not None)
    if case.error is None:
        assert sum(r.accepted for r in reports) == case.accepted
        assert sum(r.skipped for r in reports) == case.skipped
        assert sum(r.rejected for r in reports) == len(kept)
        assert {r.encoding for r in reports} <= {case.encoding, "utf-8"}
    flags = {flag for kind in Event.__subclasses__() for one in nouns(store, kind)
             for flag in one.flags}  # fmt: skip
    assert flags >= case.flags
    _again(case, path, store)


def _again(case: Case, path: Path, store: GraphStore) -> None:
    """Whatever it is, the second time adds nothing."""
    before = store.counts()
    reports = _taken(case, path, store)
    assert sum(r.accepted + r.rejected for r in reports) == 0
    assert store.counts().nodes == before.nodes


def _taken(case: Case, path: Path, store: GraphStore) -> list[FeedReport]:
    if case.error is None:
        return ingest([path], store, mapping=case.mapping, settings=case.settings)
    with pytest.raises(BadFeed, match=case.error):
        ingest([path], store, mapping=case.mapping, settings=case.settings)
    checked = [row for one in store.checkpoints() for row in [one.position]]
    assert bool(checked) == bool(case.accepted)
    return []


def _written(case: Case, tmp_path: Path) -> Path:
    folder = tmp_path / "feed"
    folder.mkdir()
    if callable(case.data):
        case.data(folder)
    else:
        (folder / case.file).write_bytes(case.data)
    return folder / case.file if case.file else folder
