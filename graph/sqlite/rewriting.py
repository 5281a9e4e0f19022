"""What a batch rewrites, laid out as rows; see ``graph.rewriting``."""

from dataclasses import dataclass
from typing import Any

from graph.batch import GraphBatch
from graph.keys import register
from graph.laying import check_rewriting, derived_columns
from graph.limits import Limits

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What a batch rewrites, as rows.

    Attributes:
        subjects: handles.
        read_at: see ``graph.rewriting``.
        versions: (value, flags, normalizer_version, more, handle).
        spans: (since, until) by (source, target).
        dropped: (source, target).
    """

    subjects: list[int]
    read_at: int
    versions: list[tuple[Any, ...]]
    spans: dict[Pair, tuple[Any, Any]]
    dropped: list[Pair]


def prepare_rewriting(batch: GraphBatch, limits: Limits) -> Rewritten | None:
    """Lay out what a batch rewrites.

    Raises:
        BadBatch: it breaks the schema or the limits.
    """
    told = batch.rewriting
    if told is None:
        return None
    check_rewriting(batch)
    ids: dict[int, bytes] = {}
    handles = register(ids, [version.id for version in told.versions])
    spans = zip(
        register(ids, [edge.source for edge in told.spans]),
        register(ids, [edge.target for edge in told.spans]),
        strict=True,
    )
    dropped = zip(
        register(ids, [ref.record for ref in told.dropped]),
        register(ids, [ref.identifier for ref in told.dropped]),
        strict=True,
    )
    times = [(edge.since, edge.until) for edge in told.spans]
    return Rewritten(
        subjects=register(ids, told.subjects),
        read_at=told.read_at,
        versions=[*zip(*derived_columns(told.versions, limits), handles, strict=True)],
        spans=dict(zip(spans, times, strict=True)),
        dropped=sorted(dropped),
    )
