"""Every connector of the registry against arbitrary, mutated and invented lines.

Only ``BadLineError`` may come out of a parser, what it gives is within the limits, and
a real store takes it.
"""

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.connect import connect
from graph.ids import Ids
from graph.store import GraphStore
from ingest.facts.facts import Facts
from ingest.reading.documents import blocks
from ingest.reading.encodings import detect
from ingest.reading.lines import read_lines
from ingest.rejects import BadLineError, kept_bytes, kept_text
from ingest.settings import IngestSettings
from ingest.sources import SOURCES, recognise
from ingest.sources.source import Shape, Source
from ingest.taking.feeds import file_items, head_of, items
from ingest.taking.parsing import parsed
from ingest.town.build import build

LIMITS = IngestSettings(
    line_limit=20_000, parts=40, cells=60, text_limit=300, row_lines=4
)
Seeds = dict[str, tuple[Sequence[str], list[bytes]]]

ODD = st.sampled_from([
    "", "-", "0", "-1", "1e999", "9" * 400, "NaN", "null", "true", "\0", "\ufeff", "ё",
    "2026-13-40", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "{}", "[]",
    '"', "a" * 3_000, "\U0001f600", "\u202e", "+380671234567", "<" * 500, "x,y;z\t|",
    "2026-03-01T10:00:00Z", "31/Feb/2026:10:00:00 +9959",
])  # fmt: skip
SCALAR = st.one_of(
    ODD,
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from([2**63, -(2**64), 10**300, -0.0]),
)
VALUE = st.recursive(
    SCALAR,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(ODD, inner, max_size=4)
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Seeds:
    """Header and lines of each connector that the town has a feed of."""
    folder = tmp_path_factory.mktemp("town")
    build(50, 3, folder)
    found: Seeds = {}
    for path in sorted((folder / "feeds").iterdir()):
        head, _ = head_of(path)
        source = recognise(head)
        if source is not None:
            with file_items(path, source.shape, LIMITS) as (header, lines):
                some = [line.data for line, _ in zip(lines, range(30), strict=False)]
            found[source.name] = header, some
    return found


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    path = tmp_path_factory.mktemp("fuzz") / "graph.db"
    with connect(f"sqlite:///{path}") as opened:
        yield opened


_batches = count()


def run(source: Source, header: Sequence[str], data: bytes, store: GraphStore) -> None:
    """Take bytes as the rest of a file behind a header."""
    facts = Facts(Ids(store.namespace), LIMITS, source.name)
    parser = source.parser(facts, header)
    stream = io.BytesIO(data)
    if source.shape is Shape.DOCUMENT:
        lines = blocks(stream)
    elif source.shape is Shape.TABLE:
        head = ",".join(header) or "a"
        whole = io.BytesIO(head.encode() + b"\n" + data)
        _, lines = items(read_lines(whole, LIMITS.line_limit), source.shape, LIMITS)
    else:
        _, lines = items(read_lines(stream, LIMITS.line_limit), source.shape, LIMITS)
    for line in source.items(lines):
        facts.line, before = line.number, facts.standing()
        with suppress(BadLineError):
            parsed(line, parser, source.shape, LIMITS)
        if parser.groups is None:
            assert facts.since(before) <= LIMITS.parts
    if parser.groups is not None:
        parser.groups.finish()
    if len(facts):
        store.apply(facts.take(f"{next(_batches)}"))


def test_the_seeds_are_lines_that_are_taken(seeds: Seeds, store: GraphStore) -> None:
    assert len(seeds) >= 8
    for source in SOURCES:
        if source.name in seeds:
            header, known = seeds[source.name]
            before = store.counts().seq
            run(source, header, b"\n".join(known) + b"\n", store)
            assert store.counts().seq > before, source.name


EACH = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
MANY = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@EACH
@MANY
@given(data=st.binary(max_size=300))
def test_arbitrary_bytes(
    source: Source, data: bytes, seeds: Seeds, store: GraphStore
) -> None:
    run(source, seeds.get(source.name, ((), []))[0], data, store)


@EACH
@MANY
@given(data=st.data())
def test_mutated_lines(
    source: Source, data: st.DataObject, seeds: Seeds, store: GraphStore
) -> None:
    header, known = seeds.get(source.name, ((), [b'{"id": "1", "data": {}}']))
    line = bytearray(data.draw(st.sampled_from(known)))
    for _ in range(data.draw(st.integers(1, 4))):
        begin = data.draw(st.integers(0, len(line)))
        end = data.draw(st.integers(begin, min(len(line), begin + 12)))
        line[begin:end] = data.draw(
            st.one_of(st.binary(max_size=4), ODD.map(str.encode))
        )
    run(source, header, bytes(line) + b"\n" + known[0] + b"\n", store)


@EACH
@MANY
@given(data=st.data())
def test_invented_values(
    source: Source, data: st.DataObject, seeds: Seeds, store: GraphStore
) -> None:
    """JSON with some values replaced, or rows with some cells replaced."""
    header, known = seeds.get(source.name, ((), [b'{"id": "1", "data": {}}']))
    line = data.draw(st.sampled_from(known))
    try:
        told = json.loads(line)
    except ValueError:
        text = _row(data, line)
    else:
        text = json.dumps(_changed(data, told))
    run(source, header, text.encode("utf-8", "surrogatepass") + b"\n", store)


def _row(data: st.DataObject, line: bytes) -> str:
    cells = line.decode().split(",")
    for place in data.draw(st.sets(st.integers(0, len(cells) - 1), max_size=3)):
        cells[place] = data.draw(ODD)
    return ",".join(cells)


def _changed(data: st.DataObject, told: object) -> object:
    if isinstance(told, dict) and told:
        key = data.draw(st.sampled_from(sorted(told)))
        return {**told, key: _changed(data, told[key])}
    if isinstance(told, list) and told:
        place = data.draw(st.integers(0, len(told) - 1))
        return [*told[:place], _changed(data, told[place]), *told[place + 1 :]]
    return data.draw(VALUE)


@given(data=st.binary(max_size=400))
def test_an_encoding_is_found_for_any_bytes(data: bytes) -> None:
    found = detect(data, data)
    lines = list(read_lines(io.BytesIO(data), 100, found))
    assert sum(line.end - line.offset for line in lines) + found.skip == len(data) or (
        data.startswith(b"\xef\xbb\xbf")
    )


@given(data=st.binary(max_size=400))
def test_the_bytes_of_a_reject_are_kept(data: bytes) -> None:
    assert kept_bytes(kept_text(data)) == data
    assert kept_bytes(kept_text(b"base64:" + data)) == b"base64:" + data
