"""Which feed a file is, and how far it has been taken.

A feed is named after its connector and the digest of its first line (of its header and
first row, in a table), not after its path: a file that was moved, renamed or packed is
known again, and so is one that has grown. The checkpoint holds a digest of all that was
taken. A file that begins as a known one but differs in what was taken (an export that
was written anew, say) is another feed, ``~2`` by name, and so on.
"""

import hashlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import msgspec

from graph.errors import BadFeed
from ingest.documents import blocks
from ingest.groups import Mark
from ingest.lines import KEPT, Line, opened, read_lines
from ingest.parquet import is_parquet, parquet_rows
from ingest.rows import read_rows, separator
from ingest.settings import IngestSettings
from ingest.sources.source import Head, Shape, Source

_HEAD_LINES = 20
_NAMING = {Shape.TABLE: 2, Shape.DOCUMENT: 4}
"""First lines by which a feed is named, where one does not tell it from others."""


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """How far a feed has been taken; the text of its checkpoint is this as JSON.

    Attributes:
        name: of the file when it was last taken, for people.
        offset: the next byte to read.
        read: lines or rows taken so far, blank ones left out.
        rejected: of them.
        skipped: of them.
        digest: of all lines before ``offset``.
        mark: where to read again from to find what is still open.
        tail: digest of a last line without a line feed; it was taken, but lies
            after ``offset``, since it may yet grow.
    """

    name: str
    offset: int
    read: int
    rejected: int
    skipped: int
    digest: str
    mark: Mark | None = None
    tail: str | None = None

    def text(self) -> str:
        """As it stands in the checkpoint."""
        return msgspec.json.encode(self).decode()


def position_of(text: str) -> Position:
    """The position that a checkpoint holds.

    Raises:
        BadFeed: another program wrote it.
    """
    try:
        return msgspec.json.decode(text, type=Position)
    except msgspec.MsgspecError:
        message = "the checkpoint of this feed was not written by the file reader"
        raise BadFeed(message) from None


class Digest:
    """A running digest of lines."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=16)

    def add(self, line: Line) -> None:
        """Go on by one line."""
        data = line.data if line.sha256 is None else line.sha256.encode("ascii")
        self._hash.update(data + b"\n")

    def text(self) -> str:
        """The digest so far."""
        return self._hash.copy().hexdigest()


def digest_of(line: Line) -> str:
    """The digest of one line."""
    digest = Digest()
    digest.add(line)
    return digest.text()


def head_of(path: Path) -> Head:
    """The beginning of a file; without lines when it is empty.

    Raises:
        BadFeed: it cannot be read.
    """
    if is_parquet(path):
        header, rows = parquet_rows(path)
        lines = [",".join(header), *(one.data.decode() for one in islice(rows, 1))]
        return Head(path.name, lines, header)
    with opened(path) as stream:
        begin = stream.read(KEPT)
    text = begin.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    lines = [line.rstrip("\r") for line in text.split("\n") if line.strip()]
    lines = lines[:_HEAD_LINES]
    return Head(path.name, lines, header_cells(lines[0]) if lines else ())


def header_cells(line: str) -> list[str]:
    """The cells of a header line."""
    row = next(read_rows(iter([_as_line(line)]), separator(line), 1))
    return [cell.strip() for cell in row.fields or []]


def feed_name(source: Source, head: Head) -> str:
    """The name of a feed, without a number."""
    first = _NAMING.get(source.shape, 1)
    text = "\n".join([source.salt, *head.lines[:first]])
    digest = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
    return f"{source.name}:{digest}"


@contextmanager
def file_items(
    path: Path, shape: Shape, settings: IngestSettings
) -> Generator[tuple[Sequence[str], Iterator[Line]]]:
    """The header of a file, where it has one, and its lines or rows after it.

    Raises:
        BadFeed: it cannot be read.
    """
    if shape is Shape.TABLE and is_parquet(path):
        yield parquet_rows(path)
        return
    with opened(path) as stream:
        if shape is Shape.DOCUMENT:
            yield (), blocks(stream)
            return
        yield items(read_lines(stream, settings.line_limit), shape, settings)


def items(
    lines: Iterator[Line], shape: Shape, settings: IngestSettings
) -> tuple[Sequence[str], Iterator[Line]]:
    """The header, where there is one, and the lines or rows after it."""
    if shape is Shape.LINES:
        return (), lines
    if shape is Shape.CELLS:
        return (), read_rows(lines, ",", settings.row_lines)
    for line in lines:
        if line.data.strip():
            text = line.data.decode("utf-8", "replace")
            rows = read_rows(lines, separator(text), settings.row_lines)
            return header_cells(text), rows
    return (), lines


def _as_line(text: str) -> Line:
    data = text.encode()
    return Line(1, 0, data, len(data))
