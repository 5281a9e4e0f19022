"""One JSON document cut into items, however its bytes arrive."""

import hashlib
import io
import json
from collections.abc import Iterator

import pytest

from ingest.reading import documents
from ingest.reading.documents import Outline, blocks, items
from ingest.reading.lines import Line

OUTLINE = Outline(
    arrays=frozenset({("list", "*", "messages"), ("people", "all")}),
    objects=frozenset({("me",)}),
    told=frozenset({("list", "*", "messages")}),
)
DOCUMENT = {
    "about": "[{", "me": {"id": 1, "of": {"is": [1, "]"]}},
    "people": {"about": "x", "all": [{"n": 'a"}{\\'}, {"n": 2}, 7]},
    "other": [[{"messages": [1, 2], "all": {"me": {}}}]],
    "list": [
        {"name": "A\\", "id": 12, "messages": [{"id": 1}, {"t": ["x", {"t": "}"}]}]},
        {"name": None, "id": 3, "messages": []},
    ],
}  # fmt: skip


def parts(data: bytes, size: int) -> Iterator[Line]:
    for at in range(0, len(data), size):
        yield Line(1, at, data[at : at + size], at + size)


def cut(data: bytes, size: int) -> list[Line]:
    return list(items(OUTLINE, parts(data, size)))


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 10_000])
def test_items_with_their_place(indent: int | None, size: int) -> None:
    data = json.dumps(DOCUMENT, indent=indent).encode()
    found = cut(data, size)
    assert [(one.fields, json.loads(one.data)) for one in found] == [
        (["me"], DOCUMENT["me"]),
        (["people.all"], {"n": 'a"}{\\'}),
        (["people.all"], {"n": 2}),
        ([""], 7),
        (["list.*.messages:"], {"name": "A\\", "id": 12}),
        (["list.*.messages"], {"id": 1}),
        (["list.*.messages"], {"t": ["x", {"t": "}"}]}),
        (["list.*.messages:"], {"name": None, "id": 3}),
    ]
    assert [one.number for one in found] == list(range(1, 9))
    for one in found:
        if not str(one.fields).endswith(":']"):
            assert data[one.offset : one.end] == one.data
    ends = [0, *(one.end for one in found)]
    assert all(one.offset >= end for one, end in zip(found, ends, strict=False))
    assert all(one.ended for one in found)


def test_a_document_that_is_cut_off_keeps_its_whole_items() -> None:
    data = json.dumps(DOCUMENT).encode()
    whole = cut(data, 10_000)
    for end in range(len(data)):
        found = cut(data[:end], 11)
        kept = [one for one in found if one.ended]
        assert kept == whole[: len(kept)]
        assert len(found) - len(kept) <= 1


def test_an_item_beyond_the_limit_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "ITEM_LIMIT", 500)
    long = '{"n": [' + "1, " * 400 + "1]}"
    data = ('{"people": {"all": [' + long + ', {"n": 2}]}}').encode()
    first, second = cut(data, 100)
    assert (first.length, first.offset) == (len(long), data.index(long.encode()))
    assert first.sha256 == hashlib.sha256(long.encode()).hexdigest()
    assert first.data == long.encode()
    assert (second.data, second.end) == (b'{"n": 2}', data.rindex(b"]"))


@pytest.mark.parametrize("begin", [b'{"people": {"all": [', b'{"about": ', b""])
def test_a_quote_that_never_closes(
    begin: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "ITEM_LIMIT", 500)
    data = begin + b'{"n": "' + b"x" * 5_000
    found = cut(data, 100)
    assert len(found) == 1
    assert not found[0].ended
    assert found[0].length is not None
    assert found[0].offset + found[0].length == len(data)


def test_a_document_of_any_size_takes_little_memory() -> None:
    class Endless(io.RawIOBase):
        """A hundred megabytes of items, made while they are read."""

        def __init__(self) -> None:
            self.left = 100

        def read(self, _size: int = -1) -> bytes:
            self.left -= 1
            if self.left == 99:
                return b'{"people": {"all": ['
            return b'{"n": "%s"},' % (b"x" * 1_000) * 1_000 if self.left > 0 else b""

    count = longest = 0
    for line in items(OUTLINE, blocks(Endless())):  # type: ignore[arg-type]
        count += 1
        longest = max(longest, len(line.data))
    assert (count, longest) == (98_000, 1_009)
