"""Pages of columns → Arrow batches, sorted and cut as a scan asks."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graph.columnar import arrays
from graph.columnar.arrays import Array
from graph.query import Scan


def array(values: Sequence[Any], kind: pa.DataType) -> Array:
    """Values as the driver gives them, as an Arrow array."""
    if pa.types.is_timestamp(kind):
        return cast("Array", pa.array(values, pa.int64()).cast(kind))
    return cast("Array", pa.array(values, kind))


def batch(columns: Sequence[Array], fields: pa.Schema) -> pa.RecordBatch:
    """Columns of one length as a batch."""
    return cast("Any", pa.RecordBatch).from_arrays(columns, schema=fields)


def cut(batches: Iterable[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    """The same rows in batches of so many at most; none is empty."""
    for batch in batches:
        for start in range(0, batch.num_rows, rows):
            yield batch.slice(start, rows)


def in_order(
    batches: Iterable[pa.RecordBatch], by: Sequence[str], scan: Scan
) -> Iterator[pa.RecordBatch]:
    """All rows sorted by some columns, int64 but for ``key``.

    The server has no index that would give this order, so the whole scan is held:
    an edge without attributes takes about 60 bytes.
    """
    found = list(batches)
    if not found:
        return
    table = pa.Table.from_batches(found)
    order = _order(table, by)
    for start in range(0, len(order), scan.batch_rows):
        piece = table.take(order[start : start + scan.batch_rows])
        yield from piece.combine_chunks().to_batches()


def _order(table: pa.Table, by: Sequence[str]) -> NDArray[np.int64]:
    """The places of rows in order; texts are compared only where numbers tie."""
    numbers = [name for name in by if name != "key"]
    columns = [table.column(name).to_numpy() for name in numbers]
    order = np.lexsort(columns[::-1]).astype(np.int64)
    if "key" not in by:
        return order
    ends = [column[order] for column in columns[:2]]
    ties = (ends[0][1:] == ends[0][:-1]) & (ends[1][1:] == ends[1][:-1])
    if not bool(ties.any()):
        return order
    # Sort only those rows that share both ends with another.
    tied = np.zeros(len(order), dtype=bool)
    tied[1:] |= ties
    tied[:-1] |= ties
    places = order[tied]
    part = table.select(list(by)).take(places)
    keys = [(name, "ascending") for name in by]
    order[tied] = places[arrays.compute.sort_indices(part, sort_keys=keys).to_numpy()]
    return order
