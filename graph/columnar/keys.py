"""Integer keys of nodes, made from their ids.

A key, the *handle*, is the 63 bits of a version 5 UUID that vary first, in order: 12
hexadecimal digits, skip the version digit, 3 digits, the 2 low bits of the variant
digit, the top bit of the next one. So keys are in the order of ids, tables clustered
by key are in the order of ids for free, and writing needs no look-up from id to key.
Two ids may share a key (at 10 million nodes with a probability of 5e-6); the engine
refuses the second one with ``IdCollision``.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from graph.errors import BadBatch, IdCollision

_DIGITS = 32
_BYTES = 16


def handle_of(node_id: str) -> int | None:
    """The key of an id, or None where the text is no id of ours."""
    try:
        raw = bytes.fromhex(node_id)
    except ValueError:
        return None
    return handle_of_bytes(raw) if raw.hex() == node_id else None


def handle_of_bytes(raw: bytes) -> int | None:
    """The key of the 16 bytes of an id, or None where they are no id of ours."""
    if len(raw) != _BYTES or raw[6] >> 4 != 5 or raw[8] >> 6 != 2:  # noqa: PLR2004 - RFC 9562: version 5, variant 10
        return None
    high, low = int.from_bytes(raw[:8]), raw[8]
    return (high >> 16) << 15 | (high & 0xFFF) << 3 | (low >> 3) & 7


def handles(ids: Sequence[str]) -> tuple[list[int], list[bytes]]:
    """Keys of many ids and their bytes, in the order given.

    Raises:
        BadBatch: something among them is not a version 5 UUID in 32 lower-case
            hexadecimal digits.
    """
    if not ids:
        return [], []
    raw = _bytes(ids)
    halves = np.frombuffer(raw, dtype=">u8").reshape(-1, 2)
    high, low = halves[:, 0], halves[:, 1]
    if not _is_version_5(high, low):
        raise _bad(ids)
    keys = _keys(high, low)
    pieces = [raw[start : start + _BYTES] for start in range(0, len(raw), _BYTES)]
    return keys.tolist(), pieces


def register(ids: dict[int, bytes], texts: Sequence[str]) -> list[int]:
    """Keys of ids, which are remembered in ``ids``.

    Raises:
        BadBatch: one of them is no id.
        IdCollision: two different ones share a key.
    """
    keys, raw = handles(texts)
    found = dict(zip(keys, raw, strict=True))
    if len(found) < len(set(raw)) or any(
        ids[key] != found[key] for key in ids.keys() & found.keys()
    ):
        message = "two different ids of the batch share an integer key"
        raise IdCollision(message)
    ids |= found
    return keys


def _bytes(ids: Sequence[str]) -> bytes:
    if set(map(len, ids)) != {_DIGITS}:
        raise _bad(ids)
    digits = "".join(ids)
    try:
        raw = bytes.fromhex(digits)
    except ValueError:
        raise _bad(ids) from None
    if raw.hex() != digits:  # upper case or blanks between digits
        raise _bad(ids)
    return raw


def _is_version_5(high: npt.NDArray[np.uint64], low: npt.NDArray[np.uint64]) -> bool:
    return bool(((high >> 12) & 0xF == 5).all() and (low >> 62 == 2).all())  # noqa: PLR2004 - RFC 9562: version 5, variant 10


def _bad(ids: Iterable[str]) -> BadBatch:
    position = next(i for i, text in enumerate(ids) if handle_of(text) is None)
    return BadBatch(
        f"the id at position {position} (from 0) of the ids given is not a version 5 "
        "UUID in 32 lower-case hexadecimal digits; make ids with graph.ids.Ids"
    )


def handles_of_columns(ids: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Keys of ids of ours, given as bytes of shape (n, 16)."""
    halves = np.ascontiguousarray(ids).view(">u8")
    return _keys(halves[:, 0], halves[:, 1]).astype(np.int64)


def _keys(
    high: npt.NDArray[np.uint64], low: npt.NDArray[np.uint64]
) -> npt.NDArray[np.uint64]:
    return np.asarray(
        (high >> 16) << 15 | (high & 0xFFF) << 3 | (low >> 59) & 7, dtype=np.uint64
    )
