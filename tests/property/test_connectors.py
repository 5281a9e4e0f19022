"""Whatever a file holds, a connector takes a line or rejects it, and comes to an end.

Lines as its files have them are bent in the ways that files are: bytes changed, cut and
doubled, values of JSON replaced by others. The whole way is run up to where a store
would write: a connector that raises anything but a reject fails, and so does one that
says what an engine refuses.
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.batch import GraphBatch
from graph.schema import EdgeKind
from graph.sqlite.codes import Codes
from graph.sqlite.prepare import prepare
from graph.writing.limits import Limits
from ingest.pipeline import ingest
from ingest.sources import SOURCES
from ingest.sources.source import Shape
from ingest.trying.rehearsal import Nowhere
from tests.support.feed_lines import ITEMS, lines_of

BY_NAME = {source.name: source for source in SOURCES}
BYTES = st.binary(max_size=6) | st.sampled_from(
    [b'"', b",", b"\\", b"{", b"}", b"[", b"]", b"\x00", b"\xff", b"\n", b"null",
     b"1e999", b"-1", "є".encode(), b"9" * 30, b"\\ud800", b"0000-00-00", b"\r\n"]
)  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["2026-13-01T00:00:00Z", "9999-12-31T23:59:59Z", "a" * 3_000]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip

CODES = Codes({}, {}, {kind: n for n, kind in enumerate(EdgeKind)}, {})


def check(batch: GraphBatch) -> None:
    """What an engine looks at before it writes."""
    prepare(batch, CODES, Limits())


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all values inside one."""
    found = [path]
    if isinstance(value, dict):
        for key, inner in value.items():
            found += places(inner, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            found += places(inner, (*path, at))
    return found


def replaced(value: object, path: tuple[Any, ...], other: object) -> object:
    """A value with another in one place of it."""
    if not path:
        return other
    copy: Any = dict(value) if isinstance(value, dict) else list(value)  # type: ignore[call-overload]
    copy[path[0]] = replaced(copy[path[0]], path[1:], other)
    return copy


@st.composite
def bent(draw: st.DrawFn, name: str) -> bytes:
    """A file of the connector's lines, one of them bent; the first is as it was."""
    lines = lines_of(name)
    # Bodies and documents are not only lines: what is bent may be the only one.
    victim = draw(st.sampled_from(lines))
    if victim[:1] == b"{" and draw(st.booleans()):
        value = json.loads(victim)
        path = draw(st.sampled_from(places(value)))
        changed = json.dumps(replaced(value, path, draw(VALUES))).encode()
    else:
        begin = draw(st.integers(0, len(victim)))
        end = min(len(victim), begin + draw(st.integers(0, 12)))
        changed = victim[:begin] + draw(BYTES) * draw(st.integers(1, 3)) + victim[end:]
    if BY_NAME[name].shape is Shape.DOCUMENT:
        return changed
    return b"\n".join([*lines, changed, lines[-1]]) + draw(
        st.sampled_from([b"", b"\n"])
    )


def test_every_connector_has_lines_here() -> None:
    assert set(ITEMS) == set(BY_NAME)


@pytest.mark.parametrize("name", sorted(ITEMS))
def test_its_own_lines_are_taken(name: str, tmp_path: Path) -> None:
    batches: list[GraphBatch] = []
    for number, lines in enumerate(
        [[line] for line in lines_of(name)]
        if BY_NAME[name].shape is Shape.DOCUMENT
        else [lines_of(name)]
    ):
        path = tmp_path / f"feed{number}"
        path.write_bytes(b"\n".join(lines) + b"\n")
        [report] = ingest([path], Nowhere(100, batches.append).store())
        assert report.feed.startswith(f"{name}:")
        assert report.rejected == 0
        assert report.accepted > 0
    assert any(batch.nodes for batch in batches)


@pytest.mark.parametrize("name", sorted(ITEMS))
def test_whatever_a_file_holds(name: str) -> None:
    @settings(max_examples=150)
    @given(data=bent(name))
    def run(data: bytes) -> None:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "feed"
            path.write_bytes(data)
            for report in ingest([folder], Nowhere(50, check).store()):
                total = report.accepted + report.rejected + report.skipped
                assert total == report.read

    run()
