"""Arrow's arrays where their stubs say too little."""

from typing import Any, TypeAlias, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Array: TypeAlias = "pa.Array[Any]"
Scalar: TypeAlias = "pa.Scalar[Any]"
Field: TypeAlias = "pa.Array[Any] | pa.Scalar[Any]"

compute = cast("Any", pc)
"""Arrow's compute functions; the stubs type only some uses of them."""


def column(batch: pa.RecordBatch, name: str) -> Array:
    """A column of a batch."""
    return cast("Array", batch.column(name))


def handles(batch: pa.RecordBatch, name: str = "handle") -> NDArray[np.int64]:
    """The handles of a batch."""
    return column(batch, name).to_numpy()


def at(batch: pa.RecordBatch, place: int) -> Array:
    """A column of a batch by its place."""
    return cast("Array", batch.column(place))


def replaced(batch: pa.RecordBatch, place: int, values: Array) -> pa.RecordBatch:
    """A batch with another column in a place, under the same name."""
    name = batch.schema.names[place]
    return cast("Any", batch).set_column(place, name, values)
