"""All that is asked of a record again and again, as one answer."""

from collections.abc import Sequence
from typing import Literal, Protocol

import msgspec

from graph.model import Edge, Identifier, Noun, Record, Version
from graph.schema import EdgeKind


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """What a store holds of one record.

    Attributes:
        record: the noun; None where only others name it, or nobody.
        versions: all that it was said to be, in the order of ``GraphStore.versions``.
        held: the identifiers that it has, by id.
        of: its parties, by id; one at most, as resolution writes them.
    """

    record: Record | None
    versions: Sequence[Version]
    held: Sequence[Identifier]
    of: Sequence[Edge]


NOTHING = Dossier(record=None, versions=(), held=(), of=())
"""Of a record that nobody has ever named."""


class _Points(Protocol):
    """The verbs of ``GraphStore`` that read points."""

    def get(self, ids: Sequence[str], *, at: int | None = None) -> list[Noun | None]:
        """Nodes by id."""
        ...

    def edges(
        self,
        ids: Sequence[str],
        types: Sequence[str],
        *,
        direction: Literal["out", "in"] = "out",
        at: int | None = None,
    ) -> list[Edge]:
        """Edges at nodes."""
        ...

    def versions(
        self, subjects: Sequence[str], *, known_at: int | None = None
    ) -> list[list[Version]]:
        """What each subject was said to be."""
        ...


def gathered(
    points: _Points, records: Sequence[str], *, at: int | None = None
) -> list[Dossier]:
    """Dossiers by several questions, for a store that answers each within itself."""
    if not records:
        return []
    edges = points.edges(records, [EdgeKind.HAS, EdgeKind.OF], at=at)
    targets = sorted({edge.target for edge in edges if edge.type == EdgeKind.HAS})
    nouns = {noun.id: noun for noun in points.get(targets, at=at) if noun}
    held: dict[str, list[Identifier]] = {}
    of: dict[str, list[Edge]] = {}
    for edge in edges:
        noun = nouns.get(edge.target)
        if edge.type == EdgeKind.OF:
            of.setdefault(edge.source, []).append(edge)
        elif isinstance(noun, Identifier):
            held.setdefault(edge.source, []).append(noun)
    return [
        Dossier(
            record=noun if isinstance(noun, Record) else None,
            versions=told,
            held=held.get(one, ()),
            of=of.get(one, ()),
        )
        for one, noun, told in zip(
            records,
            points.get(records, at=at),
            points.versions(records, known_at=at),
            strict=True,
        )
    ]
