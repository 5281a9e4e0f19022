"""Columns of ids: 16 bytes inside, 32 hexadecimal digits outside."""

from collections.abc import Iterable, Sequence
from typing import cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graph.columnar.arrays import Array

WIDTH = 16
_DIGITS = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
_VALUES = np.full(256, 255, dtype=np.uint8)
_VALUES[_DIGITS] = np.arange(16, dtype=np.uint8)


def matrix(ids: Array) -> NDArray[np.uint8]:
    """A ``binary(16)`` array without nulls as bytes of shape (n, 16), not copied."""
    return _fixed(ids, WIDTH)


def column(ids: NDArray[np.uint8]) -> "pa.FixedSizeBinaryArray":
    """Bytes of shape (n, 16) as a ``binary(16)`` array."""
    data = pa.py_buffer(np.ascontiguousarray(ids).data)
    return cast(
        "pa.FixedSizeBinaryArray",
        pa.Array.from_buffers(pa.binary(WIDTH), len(ids), [None, data]),
    )


def hexed(ids: NDArray[np.uint8]) -> "pa.StringArray":
    """Bytes of shape (n, 16) as texts of 32 lowercase hexadecimal digits."""
    digits = np.empty((len(ids), 2 * WIDTH), dtype=np.uint8)
    digits[:, 0::2] = _DIGITS[ids >> 4]
    digits[:, 1::2] = _DIGITS[ids & 15]
    offsets = np.arange(len(ids) + 1, dtype=np.int32) * np.int32(2 * WIDTH)
    return pa.StringArray.from_buffers(
        len(ids), pa.py_buffer(offsets.data), pa.py_buffer(digits.data)
    )


def unhexed(texts: Array) -> NDArray[np.uint8]:
    """Texts of 32 hexadecimal digits as bytes of shape (n, 16).

    Raises:
        ValueError: a text is null or not 32 lowercase hexadecimal digits.
    """
    if texts.null_count:
        message = "an id is missing"
        raise ValueError(message)
    digits = _fixed(texts.cast(pa.binary()).cast(pa.binary(2 * WIDTH)), 2 * WIDTH)
    nibbles = _VALUES[digits]
    if nibbles.size and int(nibbles.max()) > WIDTH - 1:
        message = "an id is not 32 lowercase hexadecimal digits"
        raise ValueError(message)
    return np.bitwise_or(nibbles[:, 0::2] << 4, nibbles[:, 1::2], dtype=np.uint8)


def pack(ids: Iterable[str]) -> NDArray[np.uint8]:
    """Hexadecimal ids as bytes of shape (n, 16)."""
    joined = b"".join(bytes.fromhex(one) for one in ids)
    return np.frombuffer(joined, dtype=np.uint8).reshape(-1, WIDTH)


def keys(ids: NDArray[np.uint8]) -> NDArray[np.bytes_]:
    """Bytes of shape (n, 16) as one sortable array: its order is that of the ids."""
    return np.ascontiguousarray(ids).view(f"S{WIDTH}").reshape(-1)


def positions(ids: NDArray[np.uint8], wanted: Sequence[str]) -> NDArray[np.int64]:
    """Where each wanted id stands among sorted ``ids``; -1 where it does not."""
    if not len(ids) or not wanted:
        return np.full(len(wanted), -1, dtype=np.int64)
    have, want = keys(ids), keys(pack(wanted))
    found = np.minimum(np.searchsorted(have, want), len(have) - 1)
    return np.where(have[found] == want, found, -1).astype(np.int64)


def _fixed(values: Array, width: int) -> NDArray[np.uint8]:
    """The bytes of a fixed-width array without nulls, shape (n, width)."""
    data = values.buffers()[1]
    if len(values) == 0 or data is None:
        return np.empty((0, width), dtype=np.uint8)
    flat = np.frombuffer(memoryview(data), dtype=np.uint8)
    begin = values.offset * width
    return flat[begin : begin + len(values) * width].reshape(-1, width)
