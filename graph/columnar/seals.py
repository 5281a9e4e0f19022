"""Files that can be told to be whole: marks of files and sealed manifests."""

import hashlib
from pathlib import Path
from typing import TypeVar

import msgspec

from graph.errors import CloseknitError

_CHUNK = 1 << 20
Manifest = TypeVar("Manifest", bound=msgspec.Struct)


class FileMark(msgspec.Struct, frozen=True):
    """How a file must be: rows, bytes, BLAKE2b-128 in hexadecimal."""

    rows: int
    size: int
    digest: str


def mark(path: Path, rows: int) -> FileMark:
    """The mark of a file as it is."""
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            digest.update(piece)
    return FileMark(rows, path.stat().st_size, digest.hexdigest())


def whole(path: Path, expected: FileMark) -> bool:
    """Whether a file is there and as it was written."""
    if not path.is_file() or path.stat().st_size != expected.size:
        return False
    return mark(path, expected.rows) == expected


def write_manifest(path: Path, manifest: msgspec.Struct) -> None:
    """Write a manifest as JSON with its own digest in the last line."""
    body = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    path.write_bytes(body + b"\n" + _seal(body) + b"\n")


def read_manifest(
    path: Path, kind: type[Manifest], error: type[CloseknitError]
) -> Manifest:
    """Read a manifest that ``write_manifest`` wrote.

    Raises:
        CloseknitError: the given error: there is none, it is damaged or not of this
            kind.
    """
    try:
        body, _, seal = path.read_bytes().rstrip(b"\n").rpartition(b"\n")
    except OSError as problem:
        message = f"cannot read {path}: {problem.strerror}"
        raise error(message) from None
    if _seal(body) != seal:
        message = f"{path} is damaged; write it anew"
        raise error(message)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError:
        message = f"{path} was written by another version; write it anew"
        raise error(message) from None


def _seal(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).hexdigest().encode()
