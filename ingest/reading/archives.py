"""What is in a zip file. Nothing is unpacked to disk: members are read as streams.

Members that no honest packer writes, or that cannot be read, are named with the reason
and left out; the others are taken. Two of one name are two files.
"""

import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from graph.errors import BadFeed

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
UNKNOWN_ZIP = (
    "packed in a way of zip that is not read here; unpack it and pack it by deflate"
)
_ENCRYPTED = 0x1
_METHODS = frozenset({
    zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA,
})  # fmt: skip


_LATER = {9: "Deflate64", 93: "Zstandard", 95: "xz", 98: "PPMd", 99: "AES"}
"""Methods by their numbers in APPNOTE.TXT of PKWARE, 4.4.5."""


class Member(msgspec.Struct, frozen=True):
    """A file in a zip.

    Attributes:
        name: in the archive; the second of one name is ``NAME (2)``.
        place: in the archive's directory, from 0.
        problem: why it is left out.
    """

    name: str
    place: int
    problem: str | None = None


def is_zip(begin: bytes) -> bool:
    """Whether data begins as a zip file does."""
    return begin.startswith(ZIP)


def opened_zip(path: Path) -> zipfile.ZipFile:
    """Open a zip file.

    Raises:
        BadFeed: it is damaged, cut off, of a later kind or cannot be read.
    """
    try:
        return zipfile.ZipFile(path)
    except NotImplementedError as error:
        message = f"{path}: {UNKNOWN_ZIP}"
        raise BadFeed(message) from error
    except (zipfile.BadZipFile, ValueError) as error:
        message = f"{path}: the zip data is damaged or cut off; send the file again"
        raise BadFeed(message) from error
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror or type(error).__name__})"
        raise BadFeed(message) from error


def members(path: Path, most: int) -> list[Member]:
    """The files of an archive, in its order.

    Args:
        path: of the archive.
        most: files that it may have.

    Raises:
        BadFeed: it is damaged, has too many files, or files that overlap.
    """
    with opened_zip(path) as archive:
        found = archive.infolist()
    if len(found) > most:
        message = f"{path}: {len(found):,} files in it, beyond archive_files = {most:,}"
        raise BadFeed(message)
    _check_overlap(path, found)
    return list(_named(found))


def _named(found: list[zipfile.ZipInfo]) -> Iterator[Member]:
    seen: dict[str, int] = {}
    for place, info in enumerate(found):
        if info.is_dir():
            continue
        number = seen[info.filename] = seen.get(info.filename, 0) + 1
        name = info.filename if number == 1 else f"{info.filename} ({number})"
        yield Member(name, place, _problem(info))


def _problem(info: zipfile.ZipInfo) -> str | None:
    mode = info.external_attr >> 16
    parts = info.filename.replace("\\", "/").split("/")
    if stat.S_ISLNK(mode):
        return "a symbolic link in an archive"
    if ".." in parts or parts[0] == "" or parts[0].endswith(":"):
        return "a name that leads outside the archive"
    if info.flag_bits & _ENCRYPTED:
        return "encrypted; unpack it with its password first"
    if info.compress_type not in _METHODS:
        method = _LATER.get(info.compress_type, f"method {info.compress_type}")
        return f"packed by {method}, which is not read here; unpack it first"
    return None


def _check_overlap(path: Path, found: list[zipfile.ZipInfo]) -> None:
    """Members that share bytes make bombs of any size."""
    end = 0
    for info in sorted(found, key=lambda one: one.header_offset):
        if info.header_offset < end:
            message = f"{path}: files in it overlap, as in bombs; nothing was taken"
            raise BadFeed(message)
        end = info.header_offset + info.compress_size
