"""Canonical bytes of rows, made column by column, and their digests.

A row is a sequence of fields, each ``<length>:<name>,<length>:<value>,`` with lengths
in bytes as decimal text. A field without a value is left out, and so is an empty
container. Values: text as UTF-8; whole numbers and times (UTC microseconds) as decimal
text; booleans as 0 or 1; floats as decimal text of their IEEE 754 bits, read as a
signed 64-bit integer, with -0.0 as 0.0; containers as JSON with sorted keys; ids as
16 bytes.
"""

import hashlib
from collections.abc import Sequence
from itertools import pairwise
from typing import cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graph.columnar.arrays import Array, Field, Scalar, compute

DIGEST = 16
_LANES = 4
_BYTES = pa.large_binary()
_EMPTY = pa.scalar(b"", _BYTES)
_EMPTY_JSON = pa.array(["{}", "[]", "null"])


def text_field(name: str, values: Array) -> Array:
    """A field of text, bytes or ids; ``b""`` where there is no value."""
    if pa.types.is_fixed_size_binary(values.type):
        values = values.cast(pa.binary())
    wide = values.cast(_wide(values.type)).cast(_BYTES)
    lengths = compute.binary_length(wide).cast(pa.large_utf8()).cast(_BYTES)
    prefix = _scalar(f"{len(name.encode())}:{name},")
    parts = (prefix, lengths, _scalar(":"), wide, _scalar(","), _EMPTY)
    joined = compute.binary_join_element_wise(*parts, null_handling="emit_null")
    return compute.coalesce(joined, _EMPTY)


def json_field(name: str, values: Array) -> Array:
    """A field of JSON text, left out where the container is empty."""
    empty = compute.is_in(values, _EMPTY_JSON)
    return text_field(
        name, compute.if_else(empty, pa.scalar(None, values.type), values)
    )


def number_field(name: str, values: Array) -> Array:
    """A field of whole numbers, times, booleans or floats."""
    kind = values.type
    if pa.types.is_floating(kind):
        values = _bits(values)
    elif pa.types.is_boolean(kind) or pa.types.is_timestamp(kind):
        values = values.cast(pa.int64())
    return text_field(name, values.cast(pa.utf8()))


def constant(name: str, value: str) -> Scalar:
    """A field that is the same in all rows."""
    return _scalar(f"{len(name.encode())}:{name},{len(value.encode())}:{value},")


def rows(fields: Sequence[Field]) -> Array:
    """Fields put together row by row."""
    return compute.binary_join_element_wise(*fields, _EMPTY)


def digests(lines: Array) -> NDArray[np.uint8]:
    """BLAKE2b-128 of each row, as bytes of shape (n, 16)."""
    if not len(lines):
        return np.empty((0, DIGEST), dtype=np.uint8)
    _, offsets, data = lines.buffers()
    begin = lines.offset
    ends = np.frombuffer(memoryview(cast("pa.Buffer", offsets)), dtype=np.int64)
    bounds = ends[begin : begin + len(lines) + 1].tolist()
    view = memoryview(cast("pa.Buffer", data))
    blake = hashlib.blake2b
    joined = b"".join(
        blake(view[low:high], digest_size=DIGEST).digest()
        for low, high in pairwise(bounds)
    )
    return np.frombuffer(joined, dtype=np.uint8).reshape(-1, DIGEST)


def total(found: NDArray[np.uint8]) -> int:
    """The sum of digests, each a little-endian number."""
    lanes = np.ascontiguousarray(found).view("<u4").reshape(-1, _LANES)
    sums = lanes.sum(axis=0, dtype=np.uint64)
    return sum(int(lane) << (32 * place) for place, lane in enumerate(sums))


def _scalar(text: str) -> Scalar:
    return pa.scalar(text.encode(), _BYTES)


def _wide(kind: pa.DataType) -> pa.DataType:
    """A type with 64-bit offsets: a batch may hold more than 2 GiB of text."""
    return pa.large_utf8() if pa.types.is_string(kind) else _BYTES


def _bits(values: Array) -> Array:
    """Floats as the integers of their bits."""
    missing = values.is_null().to_numpy(zero_copy_only=False)
    plain = values.fill_null(0.0).to_numpy(zero_copy_only=False) + 0.0
    return pa.array(plain.view(np.int64), mask=missing)
