"""Files as streams of bytes, plain, gzip, or inside a zip.

Gzip and zip are seen by their first bytes, whatever a file is called; offsets then
count the bytes inside. Only regular files are read: a pipe would wait for ever.
"""

import io
import lzma
import os
import stat
import zipfile
import zlib
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from graph.errors import BadFeed
from ingest.reading.archives import UNKNOWN_ZIP, is_zip, opened_zip
from ingest.reading.packings import HEAD, problem_of
from ingest.reading.unpack import GZIP, Budget, Gunzip, Readable
from ingest.settings import IngestSettings

_PACKED_ERRORS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError,
)  # fmt: skip


class Document(msgspec.Struct, frozen=True):
    """A file, or a file in a zip.

    Attributes:
        path: of the file, or of the zip that it is in.
        inside: its name in the zip, None for a file of its own.
        place: in the zip's directory.
    """

    path: Path
    inside: str | None = None
    place: int = 0

    @property
    def name(self) -> str:
        """Without folders; of a member, the archive's name and its own."""
        own = self.path.name
        return own if self.inside is None else f"{own}!{self.inside}"

    @property
    def last(self) -> str:
        """The last part of its name, by which a table without a source is known."""
        return self.path.name if self.inside is None else self.inside.rsplit("/")[-1]

    def __str__(self) -> str:
        """As people name it."""
        return str(self.path) if self.inside is None else f"{self.path}!{self.inside}"


class Stream:
    """Bytes of a document; errors of reading come as ``BadFeed``.

    Args:
        raw: where they come from.
        name: for messages.
    """

    def __init__(self, raw: Readable, name: str) -> None:
        self._raw, self._name = raw, name
        self._ahead = b""
        self._damage: BadFeed | None = None

    def peek(self, size: int) -> bytes:
        """The next bytes, without going on; fewer before damage."""
        try:
            while len(self._ahead) < size and (more := self._more(size)):
                self._ahead += more
        except BadFeed as error:
            if not self._ahead:
                raise
            self._damage = error
        return self._ahead[:size]

    def read(self, size: int) -> bytes:
        """Up to so many bytes; none at the end only.

        Raises:
            BadFeed: they cannot be read.
        """
        if self._ahead:
            data, self._ahead = self._ahead[:size], self._ahead[size:]
            return data
        return self._more(size)

    def _more(self, size: int) -> bytes:
        if self._damage is not None:
            raise self._damage
        try:
            return self._raw.read(size)
        except _PACKED_ERRORS as error:
            message = f"{self._name}: the packed data is damaged; send the file again"
            raise BadFeed(message) from error
        except OSError as error:
            raise unreadable(self._name, error) from error


class _Member:
    """A member of a zip, by pieces, within the budget."""

    def __init__(self, file: zipfile.ZipExtFile, size: int, budget: Budget) -> None:
        self._file, self._size, self._budget = file, size, budget

    def read(self, size: int) -> bytes:
        data = self._file.read1(size)
        self._budget.spend(len(data), self._size)
        return data


def as_document(file: Path | Document) -> Document:
    """A file as a document."""
    return file if isinstance(file, Document) else Document(file)


@contextmanager
def opened(
    file: Path | Document, settings: IngestSettings | None = None
) -> Generator[Stream]:
    """Open a file for reading from its beginning, unpacked.

    Raises:
        BadFeed: it cannot be read, is packed too often, or is an archive itself.
    """
    document, settings = as_document(file), settings or IngestSettings()
    name = str(document)
    budget = Budget(name, settings.unpacked_limit, settings.unpacked_ratio)
    with ExitStack() as stack:
        if document.inside is None:
            raw: Readable = stack.enter_context(regular(document.path))
        else:
            raw = _member(document, budget, stack)
        stream, packed = Stream(raw, name), document.inside is not None
        for _ in range(settings.unpacked_layers):
            if not stream.peek(2).startswith(GZIP):
                break
            stream, packed = Stream(Gunzip(stream, budget), name), True
        _check_inside(stream, name, settings, packed=packed)
        yield stream


def is_packed(path: Path) -> bool:
    """Whether a file is gzip or zip, so that its bytes do not tell how far one is."""
    with regular(path) as file:
        begin = file.read(4)
    return begin.startswith(GZIP) or is_zip(begin)


def regular(path: Path) -> io.BufferedReader:
    """Open a regular file.

    Raises:
        BadFeed: it is something else, or cannot be read.
    """
    try:
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise unreadable(str(path), error) from error
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        message = f"{path}: not a file but a folder, pipe, socket or device"
        raise BadFeed(message)
    return open(number, "rb")  # noqa: PTH123 - of a number; the caller closes


def unreadable(name: str, error: OSError) -> BadFeed:
    """The error of a file that the system does not give."""
    return BadFeed(f"{name}: cannot be read ({error.strerror or type(error).__name__})")


def _member(document: Document, budget: Budget, stack: ExitStack) -> Readable:
    archive = stack.enter_context(opened_zip(document.path))
    try:
        info = archive.infolist()[document.place]
        file = stack.enter_context(archive.open(info))
    except NotImplementedError as error:  # before RuntimeError, which it is too
        message = f"{document}: {UNKNOWN_ZIP}"
        raise BadFeed(message) from error
    except (*_PACKED_ERRORS, IndexError) as error:
        message = f"{document}: the packed data is damaged; send the file again"
        raise BadFeed(message) from error
    if not isinstance(file, zipfile.ZipExtFile):  # only when opened for writing
        raise TypeError
    return _Member(file, info.compress_size, budget)


def _check_inside(
    stream: Stream, name: str, settings: IngestSettings, *, packed: bool
) -> None:
    begin = stream.peek(HEAD)
    if begin.startswith(GZIP):
        message = (
            f"{name}: packed more than unpacked_layers = {settings.unpacked_layers} "
            "times; unpack it first"
        )
        raise BadFeed(message)
    if (problem := problem_of(begin, packed=packed)) is not None:
        message = f"{name}: {problem}"
        raise BadFeed(message)
