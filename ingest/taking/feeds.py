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
from typing import ClassVar, Self

import msgspec

from graph.errors import BadFeed
from ingest.facts.groups import Mark
from ingest.reading.documents import blocks
from ingest.reading.encodings import SAMPLE, Encoding, declared, detect
from ingest.reading.lines import BLOCK, KEPT, Line, read_lines
from ingest.reading.opening import Document, Stream, as_document, opened
from ingest.reading.parquet import is_parquet, parquet_rows
from ingest.reading.rows import RowLimits, read_rows, separator
from ingest.settings import IngestSettings
from ingest.sources.source import Head, Shape, Source

_HEAD_LINES = 20
_NAMING = {Shape.TABLE: 2, Shape.DOCUMENT: 4}
"""First lines by which a feed is named, where one does not tell it from others."""
_SEARCHED = 16 * 2**20
"""Bytes that are looked through for the first that is not ASCII."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A place in a feed; the text of the feed's checkpoint is this as JSON.

    Attributes:
        reader: what takes such feeds, for people.
    """

    reader: ClassVar[str]

    def text(self) -> str:
        """As it stands in the checkpoint."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def of(cls, text: str) -> Self:
        """The place that a checkpoint holds.

        Raises:
            BadFeed: another program wrote it.
        """
        try:
            return msgspec.json.decode(text, type=cls)
        except msgspec.MsgspecError:
            message = f"the checkpoint of this feed was not written by the {cls.reader}"
            raise BadFeed(message) from None


class Position(Place, frozen=True, kw_only=True):
    """How far a file has been taken.

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
        header: of a table, for rejects that are parsed again.
        encoding: that the file was read in; None where it had nothing but ASCII.
    """

    reader: ClassVar[str] = "file reader"

    name: str
    offset: int
    read: int
    rejected: int
    skipped: int
    digest: str
    mark: Mark | None = None
    tail: str | None = None
    header: Sequence[str] = ()
    encoding: str | None = None


class Digest:
    """A running digest of lines."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=16)

    def add(self, line: Line) -> None:
        """Go on by one line."""
        data = line.data if line.raw is None else line.raw
        if line.sha256 is not None:
            data = line.sha256.encode("ascii")
        self._hash.update(data + b"\n")

    def text(self) -> str:
        """The digest so far."""
        return self._hash.copy().hexdigest()


def digest_of(line: Line) -> str:
    """The digest of one line."""
    digest = Digest()
    digest.add(line)
    return digest.text()


def head_of(
    file: Path | Document, settings: IngestSettings | None = None
) -> tuple[Head, Encoding]:
    """The beginning of a file, without lines when it is empty; and its encoding.

    Raises:
        BadFeed: it cannot be read.
    """
    document, settings = as_document(file), settings or IngestSettings()
    if _is_table(document):
        header, rows = parquet_rows(document.path)
        lines = [",".join(header), *(one.data.decode() for one in islice(rows, 1))]
        return Head(document.name, lines, header), Encoding()
    begin, encoding = _begin(document, settings)
    text = begin[encoding.skip :].decode(encoding.name, "replace")
    lines = [line.rstrip("\r") for line in text.split("\n") if line.strip()]
    lines = lines[:_HEAD_LINES]
    return Head(document.name, lines, header_cells(lines[0]) if lines else ()), encoding


def _begin(document: Document, settings: IngestSettings) -> tuple[bytes, Encoding]:
    """The first bytes of a file, and its encoding by these and by later letters."""
    with opened(document, settings) as stream:
        begin = stream.peek(KEPT)
        if settings.encoding is not None:
            return begin, declared(settings.encoding, begin)
        sample = _sample(stream)
    whole = sample.rpartition(b"\n")[0] if len(sample) >= KEPT else sample
    return begin, detect(begin, b"" if sample.isascii() else whole)


def _sample(stream: Stream) -> bytes:
    """Bytes from the first block that is not ASCII on; fewer before damage."""
    read, block = 0, b""
    try:
        block = stream.read(KEPT)
        while block and block.isascii() and read < _SEARCHED:
            read, block = read + len(block), stream.read(BLOCK)
        return block + (stream.read(SAMPLE) if read else b"")
    except BadFeed:
        return block


def _is_table(document: Document) -> bool:
    return document.inside is None and is_parquet(document.path)


def header_cells(line: str) -> list[str]:
    """The cells of a header line."""
    row = next(read_rows(iter([_as_line(line)]), separator(line), RowLimits(lines=1)))
    return [cell.strip() for cell in row.fields or []]


def feed_name(source: Source, head: Head) -> str:
    """The name of a feed, without a number."""
    first = _NAMING.get(source.shape, 1)
    text = "\n".join([source.salt, *head.lines[:first]])
    digest = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
    return f"{source.name}:{digest}"


@contextmanager
def file_items(
    file: Path | Document,
    shape: Shape,
    settings: IngestSettings,
    encoding: Encoding | None = None,
) -> Generator[tuple[Sequence[str], Iterator[Line]]]:
    """The header of a file, where it has one, and its lines or rows after it.

    Raises:
        BadFeed: it cannot be read.
    """
    document = as_document(file)
    if shape is Shape.TABLE and _is_table(document):
        yield parquet_rows(document.path)
        return
    encoding = encoding or _begin(document, settings)[1]
    with opened(document, settings) as stream:
        if shape is Shape.DOCUMENT:
            yield (), blocks(stream)
            return
        lines = read_lines(stream, settings.line_limit, encoding)
        yield items(lines, shape, settings, encoding)


def items(
    lines: Iterator[Line],
    shape: Shape,
    settings: IngestSettings,
    encoding: Encoding | None = None,
) -> tuple[Sequence[str], Iterator[Line]]:
    """The header, where there is one, and the lines or rows after it."""
    if shape is Shape.LINES:
        return (), lines
    newline = "\n".encode((encoding or Encoding()).name)
    limits = RowLimits(settings.row_lines, settings.line_limit, settings.cells, newline)
    if shape is Shape.CELLS:
        return (), read_rows(lines, ",", limits)
    for line in lines:
        if line.data.strip():
            text = line.data.decode("utf-8", "replace")
            rows = read_rows(lines, separator(text), limits)
            return header_cells(text), rows
    return (), lines


def _as_line(text: str) -> Line:
    data = text.encode()
    return Line(1, 0, data, len(data))
