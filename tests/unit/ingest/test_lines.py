import gzip
import hashlib
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import BadFeed
from ingest.reading import lines as module
from ingest.reading.lines import Line, read_lines
from ingest.reading.opening import opened

LIMIT = 1000


def read(data: bytes, limit: int = LIMIT) -> list[Line]:
    return list(read_lines(io.BytesIO(data), limit))


@given(
    st.lists(st.binary(max_size=40).map(lambda b: b.replace(b"\n", b"")), max_size=9)
)
def test_lines_with_their_places(texts: list[bytes]) -> None:
    data = b"".join(text + b"\n" for text in texts)
    if data.startswith(b"\xef\xbb\xbf"):
        data = b"x" + data
        texts[0] = b"x" + texts[0]
    found = read(data)
    assert [line.data for line in found] == texts
    assert [line.number for line in found] == list(range(1, len(texts) + 1))
    assert all(
        data[line.offset : line.end] == line.data + b"\n" and line.ended
        for line in found
    )


def test_a_last_line_without_a_line_feed() -> None:
    [first, last] = read(b"a\nbc")
    assert (first.ended, last.ended) == (True, False)
    assert (last.data, last.offset, last.end) == (b"bc", 2, 4)


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    [line] = read(b"\xef\xbb\xbfa\n")
    assert (line.data, line.offset, line.end) == (b"a", 3, 5)


@pytest.mark.parametrize("tail", [b"", b"\n", b"\nnext\nlast", b"\nnext\n"])
def test_a_line_beyond_the_limit_is_not_held(
    tail: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BLOCK", 64)
    long = b"x" * (LIMIT * 3)
    found = read(b"first\n" + long + tail)
    line = found[1]
    assert line.length == len(long)
    assert line.sha256 == hashlib.sha256(long).hexdigest()
    assert len(line.data) < LIMIT + 2 * 64
    assert line.ended == tail.startswith(b"\n")
    assert [one.data for one in found[2:]] == [x for x in tail.split(b"\n")[1:] if x]
    assert found[-1].end == len(b"first\n" + long + tail)


def test_gzip_is_seen_by_its_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "plain.csv"
    path.write_bytes(gzip.compress(b"a\nb\n"))
    with opened(path) as stream:
        assert [line.data for line in read_lines(stream, LIMIT)] == [b"a", b"b"]


def test_damaged_gzip_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "cut.csv.gz"
    path.write_bytes(gzip.compress(b"a\n" * 10_000)[:-20])
    with pytest.raises(BadFeed, match="damaged or cut off"), opened(path) as stream:
        list(read_lines(stream, LIMIT))


def test_a_missing_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(BadFeed, match="cannot be read"), opened(tmp_path / "no"):
        pass
