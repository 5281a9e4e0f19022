"""Generations of an index on disk: one folder each, whole or not there.

A generation is written beside the others under another name, forced to disk, and
renamed; then older ones are removed. Whoever has mapped one keeps it until it lets go.
The folder holds personal data in derived form: nobody but its owner may read it.
"""

import contextlib
import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Generator, Mapping
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from graph.errors import StoreFull, StoreReadOnly

VERSION = 2
"""Of the layout; an index of another version is built anew."""

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
_ALIGNED = 64
_ARRAYS, _MANIFEST, _LOCK = "arrays", "manifest.json", "lock"
_DONE, _MAKING = "generation-", "making-"

AnyArray = npt.NDArray[np.generic]


class Placed(msgspec.Struct, frozen=True):
    """Where an array is in the file."""

    kind: str
    shape: tuple[int, ...]
    offset: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a generation is.

    Attributes:
        version: of the layout.
        watermark: the seq up to which it knows the store.
        namespace: of the store's ids.
        key: a mark of the secret by which values were hashed.
        script_keys: whether words were compared by sound.
        rows: how many records.
        fields: name and columns of each field, in the order of their numbers.
        sources: names of the sources.
        said: how many records each source has.
        attributes: those that any record has.
        active: names of the comparisons that have something to compare.
        houses_apart: see ``Whole``.
        organizations: how many there are.
        names: how many names of organizations.
        cutoffs: by kind of key, the most records of a block that brings them together.
        arrays: by name.
        size: of the file of arrays, in bytes.
    """

    version: int = VERSION
    watermark: int
    namespace: str
    key: str
    script_keys: bool
    rows: int
    fields: list[tuple[str, int]]
    sources: list[str]
    said: list[int]
    attributes: list[str]
    active: list[str]
    houses_apart: bool
    organizations: int
    names: int
    cutoffs: dict[int, int]
    arrays: dict[str, Placed] = {}
    size: int = 0


def write(place: Path, manifest: Manifest, arrays: Mapping[str, AnyArray]) -> Path:
    """Write a generation and make it the newest.

    Args:
        place: the index's folder.
        manifest: what it is, but for ``arrays`` and ``size``.
        arrays: by name.

    Raises:
        StoreReadOnly: the folder may not be written.
        StoreFull: there is no space; what was begun is removed.
    """
    prepare(place)
    name = f"{manifest.watermark:020d}-{secrets.token_hex(4)}"
    making = place / f"{_MAKING}{name}"
    try:
        return _written(making, place / f"{_DONE}{name}", manifest, arrays)
    except OSError as error:
        shutil.rmtree(making, ignore_errors=True)
        raise _refused(place, error) from error


def _written(
    making: Path, done: Path, manifest: Manifest, arrays: Mapping[str, AnyArray]
) -> Path:
    making.mkdir(mode=0o700)
    placed, size = _lay(making / _ARRAYS, arrays)
    whole = msgspec.structs.replace(manifest, arrays=placed, size=size)
    with _private(making / _MANIFEST) as descriptor:
        os.write(descriptor, msgspec.json.encode(whole))
    _synced(making)
    making.rename(done)
    _synced(done.parent)
    return done


def _refused(place: Path, error: OSError) -> StoreReadOnly | StoreFull:
    if error.errno in _NO_SPACE:
        return StoreFull(f"{place}: no space for the identity index; free some")
    message = f"{place}: the identity index may not be written: {error.strerror}"
    return StoreReadOnly(message)


def prepare(place: Path) -> None:
    """Make the index's folder, for its owner only.

    Raises:
        StoreReadOnly: there is no right to.
    """
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.chmod(0o700)
    except OSError as error:
        raise _refused(place, error) from error


def generations(place: Path) -> list[Path]:
    """The whole generations, the newest first."""
    if not place.is_dir():
        return []
    found = [one for one in place.iterdir() if one.name.startswith(_DONE)]
    return sorted(found, key=lambda one: one.name, reverse=True)


def read(folder: Path) -> tuple[Manifest, dict[str, AnyArray]] | None:
    """A generation, mapped; None where it is of another version, cut, or gone."""
    try:
        manifest = msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=Manifest)
        raw = np.memmap(folder / _ARRAYS, dtype=np.uint8, mode="r")
    except (OSError, ValueError, msgspec.MsgspecError):
        return None
    if manifest.version != VERSION or len(raw) != manifest.size:
        return None
    arrays = {name: _view(raw, one) for name, one in manifest.arrays.items()}
    return manifest, arrays


def discard(place: Path, but: Path) -> None:
    """Remove all generations but one, and what killed builds left; under the lock."""
    for one in place.iterdir():
        if one != but and one.name.startswith((_DONE, _MAKING)):
            shutil.rmtree(one, ignore_errors=True)


def size_of(folder: Path) -> int:
    """Bytes of a generation."""
    return sum(one.stat().st_size for one in folder.iterdir())


@contextlib.contextmanager
def building(place: Path, *, wait: bool) -> Generator[bool, None, None]:
    """Be the only one that builds; False where another process does.

    The system gives back the lock of a process that dies.
    """
    prepare(place)
    with _private(place / _LOCK) as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def _lay(file: Path, arrays: Mapping[str, AnyArray]) -> tuple[dict[str, Placed], int]:
    placed: dict[str, Placed] = {}
    with _private(file) as descriptor, os.fdopen(os.dup(descriptor), "wb") as out:
        for name, array in arrays.items():
            out.write(bytes(-out.tell() % _ALIGNED))
            placed[name] = Placed(array.dtype.str, array.shape, out.tell())
            out.write(np.ascontiguousarray(array).data)
        out.write(bytes(_ALIGNED))  # a file of no bytes cannot be mapped
        size = out.tell()
        out.flush()
        os.fsync(descriptor)
    return placed, size


@contextlib.contextmanager
def _private(file: Path) -> Generator[int, None, None]:
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _synced(folder: Path) -> None:
    """Force a folder's files and names to disk."""
    for one in (*(file for file in folder.iterdir() if file.is_file()), folder):
        descriptor = os.open(one, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _view(
    raw: "np.memmap[tuple[int, ...], np.dtype[np.uint8]]", one: Placed
) -> AnyArray:
    kind = np.dtype(one.kind)
    size = kind.itemsize * int(np.prod(one.shape, dtype=np.int64))
    flat = np.asarray(raw[one.offset : one.offset + size])
    return flat.view(kind).reshape(one.shape)
