"""What a batch rewrites, laid out as rows for an engine; see ``graph.rewriting``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from graph import rewriting, schema
from graph.batch import GraphBatch
from graph.bookkeeping import Setting
from graph.errors import StaleFacts
from graph.model import Version
from graph.writing.laying import node_columns
from graph.writing.limits import Limits

DERIVED = ("value", "flags", "normalizer_version", "more")
"""Attributes of a version that follow from its raw texts."""


Name = TypeVar("Name", str, int)
"""What an engine calls a node by: its id, or a handle."""


@dataclass(frozen=True, slots=True)
class Rewritten(Generic[Name]):
    """What a batch rewrites, as rows.

    Attributes:
        subjects: those whose versions and ``HAS`` were read.
        read_at: see ``graph.rewriting``.
        versions: (version, value, flags, normalizer_version, more).
        spans: (record, identifier, since, until).
        dropped: (record, identifier).
    """

    subjects: list[Name]
    read_at: int
    versions: list[tuple[Any, ...]]
    spans: list[tuple[Name, Name, int | None, int | None]]
    dropped: list[tuple[Name, Name]]

    def stale(self) -> StaleFacts:
        """The refusal where a later transaction told more of the subjects."""
        return StaleFacts(
            f"a transaction after {self.read_at} tells more of what is rewritten; "
            "nothing was written: read it again"
        )


def prepare_rewriting(
    batch: GraphBatch, limits: Limits, named: Callable[[Sequence[str]], list[Name]]
) -> Rewritten[Name] | None:
    """Lay out what a batch rewrites.

    Args:
        batch: to be written.
        limits: of values.
        named: gives ids their engine's names, in the same order.

    Raises:
        BadBatch: it breaks the schema or the limits, or is not what may be rewritten.
    """
    told = batch.rewriting
    if told is None:
        return None
    rewriting.check(told, [n.name for n in batch.nodes if isinstance(n, Setting)])
    versions = named([version.id for version in told.versions])
    records = named([edge.source for edge in told.spans])
    identifiers = named([edge.target for edge in told.spans])
    since, until = ([getattr(e, n) for e in told.spans] for n in ("since", "until"))
    losers = named([ref.record for ref in told.dropped])
    lost = named([ref.identifier for ref in told.dropped])
    derived = _derived_columns(told.versions, limits)
    return Rewritten(
        subjects=sorted(named(told.subjects)),
        read_at=told.read_at,
        versions=[*zip(versions, *derived, strict=True)],
        spans=[*zip(records, identifiers, since, until, strict=True)],
        dropped=sorted(zip(losers, lost, strict=True)),
    )


def _derived_columns(
    versions: Sequence[Version], limits: Limits
) -> list[Sequence[Any]]:
    """The columns ``DERIVED`` of versions.

    Raises:
        BadBatch: a value breaks the limits.
    """
    if not versions:
        return [()] * len(DERIVED)
    names = [*(column.name for column in schema.columns("Version")), "more"]
    laid = node_columns("Version", versions, None, limits)
    return [laid[names.index(name)] for name in DERIVED]
