"""What is derived from raw text, made anew: the one change that facts know.

Canonical values of versions, ``HAS`` and identifiers follow from raw texts. When what
makes them has changed, a batch may carry a ``Rewriting``; ids, raw texts, times and
numbers of facts stay. Whatever was concluded or copied from the old values must be made
anew: ``changes`` says so, and conclusions from older snapshots are refused.
"""

from collections.abc import Sequence

import msgspec

from graph.errors import BadBatch
from graph.model import Edge, Version
from graph.schema import EdgeKind

MARK = "facts.rewritten"
"""Name of the ``Setting`` that every such batch writes: its number tells when."""


class HasRef(msgspec.Struct, frozen=True):
    """Names a ``HAS``: ids of the record and of the identifier."""

    record: str
    identifier: str


class Rewriting(msgspec.Struct, frozen=True, kw_only=True):
    """New canonical values, and what hangs on them.

    Attributes:
        subjects: ids of those whose versions and ``HAS`` were read.
        read_at: number of the last transaction that was read. Where a later one tells
            more of the subjects, nothing is written (``StaleFacts``).
        versions: their ``value``, ``flags``, ``normalizer_version`` and ``more``
            replace the stored ones of their ids; unknown ids do nothing.
        spans: ``HAS`` that are there, with the times that hold from now on.
        dropped: ``HAS`` that hold no more; an identifier that nobody has goes too.
    """

    subjects: Sequence[str]
    read_at: int
    versions: Sequence[Version] = ()
    spans: Sequence[Edge] = ()
    dropped: Sequence[HasRef] = ()


def check(rewriting: Rewriting, settings: Sequence[str]) -> None:
    """See that a rewriting changes nothing but what is derived, and leaves its mark.

    Args:
        rewriting: of a batch.
        settings: names of the settings that the batch writes.

    Raises:
        BadBatch: it does not.
    """
    if MARK not in settings:
        message = f"a rewriting without the setting {MARK!r}; nothing was written"
        raise BadBatch(message)
    for edge in rewriting.spans:
        if edge.type != EdgeKind.HAS or edge.key:
            message = f"a rewriting of an edge {edge.type}; nothing was written"
            raise BadBatch(message)
