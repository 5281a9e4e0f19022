"""A file as lines with their place, in bounded memory.

Lines end with a line feed; a carriage return before it is the parser's to strip. A
line beyond the limit is not held: it comes with its head, length and digest only.
Lines of another encoding than UTF-8 come in UTF-8, with their own bytes beside it;
offsets and lengths always count bytes of the file, unpacked.
"""

import hashlib
from collections.abc import Iterator

import msgspec
import numpy as np

from ingest.reading.encodings import UTF8, Encoding
from ingest.reading.unpack import Readable

BLOCK = 1 << 20
KEPT = 64 * 1024


class Line(msgspec.Struct, gc=False):
    """A line, or a table row of several lines.

    Attributes:
        number: of the (first) line, from 1.
        offset: where it begins, in bytes.
        data: without the line feed at its end, in UTF-8; of a line that is rejected
            unread, its own bytes, or the head of them.
        end: where the next one begins.
        ended: its line feed is there; False only for the last line of a file.
        fields: the cells, where the file is a table.
        length: of a line that is rejected unread, in bytes.
        sha256: of a line that is rejected unread.
        raw: its own bytes, where they are not ``data``.
        wrong: why it cannot be decoded.
    """

    number: int
    offset: int
    data: bytes
    end: int
    ended: bool = True
    fields: list[str] | None = None
    length: int | None = None
    sha256: str | None = None
    raw: bytes | None = None
    wrong: str | None = None


def read_lines(
    stream: Readable, limit: int, encoding: Encoding | None = None
) -> Iterator[Line]:
    """All lines of a stream from its beginning, blank ones too.

    Args:
        stream: of bytes.
        limit: bytes of a line.
        encoding: of the stream; UTF-8 without it.
    """
    encoding = encoding or Encoding()
    lines = _split_lines(_Pieces(stream, encoding), limit)
    return lines if encoding.name == UTF8 else _decoded(lines, encoding)


class _Pieces:
    """A stream that gives whole code units, and how they are split at line feeds."""

    def __init__(self, stream: Readable, encoding: Encoding) -> None:
        self._stream, self.width = stream, encoding.width
        self.skip = encoding.skip
        big = encoding.name.endswith("be")
        self._kind = f"{'>' if big else '<'}u{self.width}"
        self._rest = b""

    def read(self) -> bytes:
        if self.width == 1:
            return self._stream.read(BLOCK)
        data = self._rest
        while more := self._stream.read(BLOCK):
            data += more
            if whole := len(data) - len(data) % self.width:
                data, self._rest = data[:whole], data[whole:]
                return data
        self._rest = b""
        return data

    def split(self, data: bytes) -> list[bytes]:
        if self.width == 1:
            return data.split(b"\n")
        whole = len(data) - len(data) % self.width
        units = np.frombuffer(data[:whole], self._kind)
        parts, begin = list[bytes](), 0
        for place in (np.flatnonzero(units == ord("\n")) * self.width).tolist():
            parts.append(data[begin:place])
            begin = place + self.width
        return [*parts, data[begin:]]

    def partition(self, data: bytes) -> tuple[bytes, bool, bytes]:
        head, *rest = self.split(data)
        return head, bool(rest), data[len(head) + self.width :]


def _split_lines(pieces: _Pieces, limit: int) -> Iterator[Line]:
    number, offset, rest = 1, 0, b""
    block = pieces.read()
    if skip := pieces.skip or (3 if block.startswith(b"\xef\xbb\xbf") else 0):
        offset, block = skip, block[skip:] or pieces.read()
    while block:
        parts = pieces.split(rest + block)
        rest = parts.pop()
        for data in parts:
            end = offset + len(data) + pieces.width
            line = Line(number, offset, data, end)
            yield line if len(data) <= limit else _cut(line)
            number, offset = number + 1, end
        if len(rest) > limit:
            line, rest = _pass_over(pieces, Line(number, offset, rest, 0))
            yield line
            number, offset = number + 1, line.end
        block = pieces.read()
    for line in _left_over(pieces, Line(number, offset, rest, 0)):
        yield line if len(line.data) <= limit else _cut(line)


def _left_over(pieces: _Pieces, line: Line) -> Iterator[Line]:
    """The last line; more of them where a line that was too long came before."""
    number, offset = line.number, line.offset
    *whole, rest = pieces.split(line.data)
    for data in whole:
        end = offset + len(data) + pieces.width
        yield Line(number, offset, data, end)
        number, offset = number + 1, end
    if rest:
        yield Line(number, offset, rest, offset + len(rest), ended=False)


def _cut(line: Line) -> Line:
    """A line that is too long, as one that was passed over."""
    line.length, line.sha256 = len(line.data), hashlib.sha256(line.data).hexdigest()
    line.data = line.data[:KEPT]
    return line


def _pass_over(pieces: _Pieces, line: Line) -> tuple[Line, bytes]:
    """Read to the end of a line that is too long; give it and what follows it."""
    digest, length, rest = hashlib.sha256(line.data), len(line.data), b""
    ended = False
    while not ended and (block := pieces.read()):
        head, ended, rest = pieces.partition(block)
        digest.update(head)
        length += len(head)
    line = Line(
        line.number,
        line.offset,
        line.data[:KEPT],
        line.offset + length + ended * pieces.width,
        ended=ended,
        length=length,
        sha256=digest.hexdigest(),
    )
    return line, rest


def _decoded(lines: Iterator[Line], encoding: Encoding) -> Iterator[Line]:
    """Lines in UTF-8; those that are not of the encoding come with what is wrong."""
    for line in lines:
        if line.length is None and (encoding.width > 1 or not line.data.isascii()):
            decode(line, encoding)
        yield line


def decode(line: Line, encoding: Encoding) -> None:
    """Put a line's text in UTF-8 into ``data``, or say why that cannot be."""
    raw = line.data
    if encoding.why == "letters" and _is_utf8(raw):
        _unread(line, f"a line in UTF-8 where the file is in {encoding.name}")
        return
    try:
        line.data = raw.decode(encoding.name).encode()
    except UnicodeError:
        _unread(line, f"a line that is not {encoding.name}")
    else:
        line.raw = raw


def _unread(line: Line, wrong: str) -> None:
    line.wrong, line.length = wrong, len(line.data)
    line.sha256 = hashlib.sha256(line.data).hexdigest()


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
