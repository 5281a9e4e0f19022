"""One JSON document of any size as items with their place, in bounded memory.

Exports that are one object, with their messages in an array somewhere inside, cannot be
read line by line. Blocks of the file are cut here into the elements of the arrays that
an outline names; all else is passed over. Before the elements come the plain members of
the object that holds the array (a chat's name, say), as an item of their own.

Cutting looks at quotes and brackets only. Whether an item is JSON is the parser's to
find, so a broken one is rejected alone, as long as its brackets match. An item beyond
the limit is not held: it comes with its head, length and digest only. What follows a
quote that never closes is one item.
"""

import hashlib
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.reading.lines import BLOCK, KEPT, Line
from ingest.reading.unpack import Readable

log = logging.getLogger(__name__)

Path = tuple[str, ...]
"""Keys from the outermost object inwards; ``*`` stands for an element of an array."""

ITEM_LIMIT = 16 * 2**20
"""Bytes of an item, at most."""

_MEMBERS, _MEMBER_BYTES = 32, 4_096
_CLOSERS = b"]}"
_BLANK = b" \t\r\n,:"
# Possessive, so that a text without brackets is looked at once.
_BRACKET = re.compile(rb'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+([\[\]{}])?', re.DOTALL)
_TOKEN = re.compile(
    rb'[\s,:]*+("(?:[^"\\]++|\\.)*+"|[\[\]{}]|[^\s,:"\[\]{}]++)', re.DOTALL
)


@dataclass(frozen=True)
class Outline:
    """Where in a document its items are.

    Attributes:
        arrays: paths of arrays whose elements are items.
        objects: paths of objects that are items themselves.
        told: of the arrays, those before which their holder's members are told.
    """

    arrays: frozenset[Path]
    objects: frozenset[Path] = frozenset()
    told: frozenset[Path] = frozenset()

    def leads(self, path: Path) -> bool:
        """Whether there may be an item inside what stands at a path."""
        return any(one[: len(path)] == path for one in (*self.arrays, *self.objects))


def blocks(stream: Readable) -> Iterator[Line]:
    """A file as blocks, for the cutter of an outline."""
    offset = 0
    while data := stream.read(BLOCK):
        yield Line(1, offset, data, offset + len(data))
        offset += len(data)


class _Frame:
    """An object or array that is open around what is read."""

    __slots__ = ("begin", "key", "members", "path")

    def __init__(self, path: Path, begin: int) -> None:
        self.path, self.begin = path, begin
        self.key: bytes | None = None
        self.members: list[bytes] = []


class _Over:
    """What is known of an item that is not held."""

    def __init__(self) -> None:
        self.head, self.length, self.hash = b"", 0, hashlib.sha256()

    def add(self, part: bytes) -> None:
        """Go on by some bytes."""
        self.head = (self.head + part[:KEPT])[:KEPT]
        self.length += len(part)
        self.hash.update(part)


def items(outline: Outline, parts: Iterator[Line]) -> Iterator[Line]:
    """The items of a document, numbered, from its blocks.

    ``fields`` of an item says where it was found, keys joined by dots: the path of its
    array or of the object itself; for members that are told, the array's and a colon;
    for what cannot be cut, nothing.
    """
    for number, line in enumerate(_Cutter(outline, parts).found(), start=1):
        line.number = number
        yield line


class _Cutter:
    """Cuts the blocks of one document."""

    def __init__(self, outline: Outline, parts: Iterator[Line]) -> None:
        self._outline, self._parts = outline, parts
        self._data, self._base, self._at = b"", 0, 0
        self._stack: list[tuple[_Frame, bool]] = []

    def found(self) -> Iterator[Line]:
        """All items, in the order of the document."""
        while (token := self._token()) is not None:
            text, begin = token
            if text in {b"{", b"["}:
                yield from self._opened(begin, array=text == b"[")
            elif text in {b"}", b"]"}:
                del self._stack[-1:]
            else:
                yield from self._plain(text, begin)
        begin, rest = self._base + self._at, self._data[self._at :]
        if len(rest) > ITEM_LIMIT:
            over = _Over()
            self._swallow(self._at, over)
            yield _line(begin, b"", "", over, ended=False)
        elif rest.strip(_BLANK):
            yield _line(begin, rest, "", ended=False)
        elif self._stack:
            log.warning("a document ends before it is closed; what is there was taken")

    def _opened(self, begin: int, *, array: bool) -> Iterator[Line]:
        """An object or array begins: an item, one that holds some, or neither."""
        outline = self._outline
        path, place, holder = self._place()
        if place in outline.arrays or (not array and path in outline.objects):
            yield from self._item(begin, ".".join(place or path))
        elif outline.leads(path):
            if array and path in outline.told and holder is not None:
                data = b"{" + b", ".join(holder.members) + b"}"
                yield _line(holder.begin, data, ".".join(path) + ":", end=begin)
            self._stack.append((_Frame(path, begin), array))
        else:
            for line in self._item(begin, "", kept=False):
                if not line.ended:
                    yield line

    def _place(self) -> tuple[Path, Path | None, _Frame | None]:
        """The path of the value that begins; that of its array, if any; its holder."""
        if not self._stack:
            return (), None, None
        holder, array = self._stack[-1]
        if array:
            return (*holder.path, "*"), holder.path, holder
        key, holder.key = holder.key or b'""', None
        return (*holder.path, key[1:-1].decode("utf-8", "replace")), None, holder

    def _plain(self, text: bytes, begin: int) -> Iterator[Line]:
        """A key, or a plain value; no value of this kind can be an item."""
        frame, array = self._stack[-1] if self._stack else (None, False)
        if frame is None or (array and frame.path in self._outline.arrays):
            yield _line(begin, text, "")
        elif array:
            return
        elif frame.key is None:
            frame.key = text
        else:
            if len(frame.members) < _MEMBERS and len(text) <= _MEMBER_BYTES:
                frame.members.append(frame.key + b": " + text)
            frame.key = None

    def _item(self, begin: int, path: str, *, kept: bool = True) -> Iterator[Line]:
        """Read from a bracket to the one that closes it."""
        start, depth = begin - self._base, 1
        self._at = start + 1
        over = None if kept else _Over()
        while depth:
            match = _BRACKET.match(self._data, self._at)
            if match is not None:  # always: it may be of no length
                self._at = match.end()
                if match[1] is not None:
                    depth += -1 if match[1] in _CLOSERS else 1
                    continue
            if over is not None or len(self._data) - start > ITEM_LIMIT:
                over = over or _Over()
                over.add(self._data[start : self._at])
                start = self._at
            if len(self._data) - start > ITEM_LIMIT:  # a quote that does not close
                self._swallow(start, over := over or _Over())
                start = 0
                break
            self._forget(start)
            start = 0
            if not self._more():
                self._at = len(self._data)
                break
        data = self._data[start : self._at]
        yield _line(begin, data, path, over, ended=not depth)

    def _token(self) -> tuple[bytes, int] | None:
        """The next bracket, key or plain value, and where it begins."""
        while True:
            match = _TOKEN.match(self._data, self._at)
            if match is not None and match.end() < len(self._data):
                break
            self._forget(self._at)
            if len(self._data) > ITEM_LIMIT:
                return None
            if not self._more():
                match = _TOKEN.match(self._data, self._at)
                break
        if match is None:
            return None
        self._at = match.end()
        return match[1], self._base + match.start(1)

    def _forget(self, upto: int) -> None:
        """Drop what lies before a place of the buffer."""
        self._data = self._data[upto:]
        self._base += upto
        self._at -= upto

    def _more(self) -> bool:
        """Take one block more; False at the end."""
        block = next(self._parts, None)
        if block is None:
            return False
        self._data += block.data
        return True

    def _swallow(self, start: int, over: _Over) -> None:
        """Read to the end; nothing of it can be told apart any more."""
        over.add(self._data[start:])
        for part in self._parts:
            over.add(part.data)
        self._data, self._at = b"", 0


def _line(
    begin: int,
    data: bytes,
    path: str,
    over: _Over | None = None,
    *,
    end: int | None = None,
    ended: bool = True,
) -> Line:
    if over is None:
        end = begin + len(data) if end is None else end
        return Line(0, begin, data, end, ended=ended, fields=[path])
    over.add(data)
    return Line(
        0,
        begin,
        over.head,
        begin + over.length,
        ended=ended,
        fields=[path],
        length=over.length,
        sha256=over.hash.hexdigest(),
    )
