"""The filters of a projection on scanned batches: time window and least weight."""

from typing import cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graph.snapshot.projection import Projection, Window


def nodes_within(batch: pa.RecordBatch, window: Window) -> pa.RecordBatch:
    """Nodes observed inside a window, or at no stated time."""
    if window.open or "observed_at" not in batch.schema.names:
        return batch
    observed, undated = _times(batch, "observed_at")
    kept = np.ones(batch.num_rows, dtype=bool)
    if window.low is not None:
        kept &= undated | (observed >= window.low)
    if window.high is not None:
        kept &= undated | (observed < window.high)
    return rows(batch, kept)


def edges_within(
    batch: pa.RecordBatch, projection: Projection, kind: str
) -> pa.RecordBatch:
    """Edges that overlap the projection's window and have its least weight."""
    window, least = projection.window, projection.least.get(kind)
    kept = np.ones(batch.num_rows, dtype=bool)
    if window.low is not None:
        until, open_end = _times(batch, "until")
        kept &= open_end | (until >= window.low)
    if window.high is not None:
        since, open_begin = _times(batch, "since")
        kept &= open_begin | (since < window.high)
    if least is not None:
        weight = batch.column("weight").to_numpy(zero_copy_only=False)
        kept &= ~(weight < least)  # true of a missing weight too: it reads as NaN
    return rows(batch, kept)


def rows(batch: pa.RecordBatch, kept: NDArray[np.bool_]) -> pa.RecordBatch:
    """Some rows of a batch."""
    if bool(kept.all()):
        return batch
    return batch.filter(pa.array(kept))


def _times(
    batch: pa.RecordBatch, name: str
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Microseconds of a column of times, and where there is none."""
    times = cast("pa.Int64Array", batch.column(name).cast(pa.int64()))
    missing = times.is_null().to_numpy(zero_copy_only=False)
    return times.fill_null(0).to_numpy(), missing
