"""A file as lines with their place, in bounded memory.

Lines end with a line feed; a carriage return before it is the parser's to strip.
Gzip is seen by its first bytes, whatever the file is called; offsets then count the
bytes inside. A line beyond the limit is not held: it comes with its head, length and
digest only.
"""

import gzip
import hashlib
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from graph.errors import BadFeed

BLOCK = 1 << 20
KEPT = 64 * 1024
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


class Line(msgspec.Struct, gc=False):
    """A line, or a table row of several lines.

    Attributes:
        number: of the (first) line, from 1.
        offset: where it begins, in bytes.
        data: without the line feed at its end; of a line that is too long, its head.
        end: where the next one begins.
        ended: its line feed is there; False only for the last line of a file.
        fields: the cells, where the file is a table.
        length: of a line that is too long, in bytes.
        sha256: of a line that is too long.
    """

    number: int
    offset: int
    data: bytes
    end: int
    ended: bool = True
    fields: list[str] | None = None
    length: int | None = None
    sha256: str | None = None


@contextmanager
def opened(path: Path) -> Generator[BinaryIO]:
    """Open a file, plain or gzip.

    Raises:
        BadFeed: it cannot be read, or its compressed data is damaged.
    """
    try:
        with path.open("rb") as raw:
            packed = is_packed(raw)
            yield cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if packed else raw
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        message = f"{path}: the gzip data is damaged or cut off; send the file again"
        raise BadFeed(message) from error
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror or type(error).__name__})"
        raise BadFeed(message) from error


def is_packed(file: BinaryIO) -> bool:
    """Whether a file that is open at its beginning is gzip; it is open there again."""
    packed = file.read(len(_GZIP)) == _GZIP
    file.seek(0)
    return packed


def read_lines(stream: BinaryIO, limit: int) -> Iterator[Line]:
    """All lines of a stream from its beginning, blank ones too."""
    number, offset, rest = 1, 0, b""
    block = stream.read(BLOCK)
    if block.startswith(_BOM):
        offset, block = len(_BOM), block[len(_BOM) :]
    while block:
        parts = (rest + block).split(b"\n")
        rest = parts.pop()
        for data in parts:
            end = offset + len(data) + 1
            yield Line(number, offset, data, end)
            number, offset = number + 1, end
        if len(rest) > limit:
            line, rest = _pass_over(stream, Line(number, offset, rest, 0))
            yield line
            number, offset = number + 1, line.end
        block = stream.read(BLOCK)
    yield from _left_over(Line(number, offset, rest, 0))


def _left_over(line: Line) -> Iterator[Line]:
    """The last line; more of them where a line that was too long came before."""
    number, offset = line.number, line.offset
    *whole, rest = line.data.split(b"\n")
    for data in whole:
        end = offset + len(data) + 1
        yield Line(number, offset, data, end)
        number, offset = number + 1, end
    if rest:
        yield Line(number, offset, rest, offset + len(rest), ended=False)


def _pass_over(stream: BinaryIO, line: Line) -> tuple[Line, bytes]:
    """Read to the end of a line that is too long; give it and what follows it."""
    digest, length, rest = hashlib.sha256(line.data), len(line.data), b""
    ended = False
    while not ended and (block := stream.read(BLOCK)):
        head, feed, rest = block.partition(b"\n")
        digest.update(head)
        length += len(head)
        ended = bool(feed)
    line = Line(
        line.number,
        line.offset,
        line.data[:KEPT],
        line.offset + length + ended,
        ended=ended,
        length=length,
        sha256=digest.hexdigest(),
    )
    return line, rest
