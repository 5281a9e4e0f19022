"""The files that are meant by paths: themselves, those in folders, those in zips."""

import logging
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from graph.errors import BadFeed
from ingest.reading.archives import is_zip, members
from ingest.reading.opening import Document, regular, unreadable
from ingest.settings import IngestSettings

log = logging.getLogger(__name__)


class Found(msgspec.Struct, frozen=True):
    """A file to take.

    Attributes:
        document: the file.
        named: it was named itself, not found in a folder or an archive.
        problem: why it cannot be taken.
    """

    document: Document
    named: bool = False
    problem: str | None = None


def discover(paths: Iterable[str | Path], settings: IngestSettings) -> Iterator[Found]:
    """Files in the order given, those of a folder by name.

    Hidden ones in folders are left out, and with a warning what is no regular file:
    pipes, sockets, devices, links that lead nowhere, links to folders.

    Raises:
        BadFeed: a path that was named is no file or folder, or cannot be read.
    """
    for path in map(Path, paths):
        if _is_folder(path):
            for one in sorted(_walk(path), key=_by_name):
                if one.problem is not None:
                    yield one
                else:
                    yield from _inside(one.document.path, settings)
        elif path.exists() or path.is_symlink():
            yield from _inside(path, settings, named=True)
        else:
            message = f"{path}: there is no such file or folder"
            raise BadFeed(message)


def _is_folder(path: Path) -> bool:
    """Whether a path that was named is a folder.

    Raises:
        BadFeed: it lies in a folder that may not be looked into.
    """
    try:
        return path.is_dir()
    except OSError as error:
        raise unreadable(str(path), error) from error


def _by_name(found: Found) -> str:
    return found.document.path.as_posix()


def _walk(folder: Path) -> Iterator[Found]:
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as entries:
                inside = [entry for entry in entries if not entry.name.startswith(".")]
        except OSError as error:
            reason = error.strerror or type(error).__name__
            yield Found(Document(here), problem=f"{here}: cannot be read ({reason})")
            continue
        for entry in inside:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(Path(entry.path))
            elif _is_file(entry):
                yield Found(Document(Path(entry.path)))
            else:
                log.warning("left out, not a file: %s", entry.path)


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads to itself
        return False


def _inside(
    path: Path, settings: IngestSettings, *, named: bool = False
) -> Iterator[Found]:
    try:
        with regular(path) as file:
            packed = is_zip(file.read(4))
        found = members(path, settings.archive_files) if packed else []
    except BadFeed as error:
        if named:
            raise
        yield Found(Document(path), problem=str(error))
        return
    if not packed:
        yield Found(Document(path), named)
    for one in found:
        document = Document(path, one.name, one.place)
        problem = f"{document}: {one.problem}" if one.problem else None
        yield Found(document, problem=problem)
