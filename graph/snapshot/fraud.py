"""Taking fraud evidence out of columns that marketing is going to read."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# The stubs of Arrow's compute functions are partly untyped.

from typing import Any, cast

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from graph import schema
from graph.columns import ColumnType
from graph.schema import FRAUD_KINDS
from graph.snapshot.projection import Projection

_TEXTS = ("raw", "value", "values")
_PATTERN = "|".join(f'"{kind}"' for kind in FRAUD_KINDS)
_decoder = msgspec.json.Decoder(dict[str, Any])
_encoder = msgspec.json.Encoder(order="deterministic")


def needed_columns(label: str, projection: Projection) -> tuple[str, ...]:
    """Attributes that ``without_fraud`` has to see."""
    hides = projection.hides_fraud() and label == "Identifier"
    return ("kind",) if hides else ()


def without_fraud(label: str, batch: pa.RecordBatch) -> pa.RecordBatch:
    """A node batch without identifiers and attributes of ``FRAUD_KINDS``."""
    if label == "Identifier":
        shown = pc.invert(pc.is_in(batch.column("kind"), pa.array(FRAUD_KINDS)))
        return batch.filter(shown)
    for column in schema.columns(label):
        if column.type is ColumnType.JSON and column.name in _TEXTS:
            batch = _cleaned(batch, column.name)
    return batch


def _cleaned(batch: pa.RecordBatch, name: str) -> pa.RecordBatch:
    """The batch with the fraud attributes out of one column of JSON objects."""
    if name not in batch.schema.names:
        return batch
    texts = batch.column(name)
    found = pc.match_substring_regex(texts, pattern=_PATTERN)
    touched = cast("pa.BooleanArray", pc.coalesce(found, pa.scalar(value=False)))
    if not touched.true_count:
        return batch
    cleaned = [_without(str(text)) for text in texts.filter(touched).to_pylist()]
    place = batch.schema.get_field_index(name)
    mended = pc.replace_with_mask(texts, touched, pa.array(cleaned, pa.utf8()))
    return batch.set_column(place, name, mended)


def _without(text: str) -> str | None:
    values = _decoder.decode(text)
    kept = {name: value for name, value in values.items() if name not in FRAUD_KINDS}
    return _encoder.encode(kept).decode() if kept else None
