"""Some subjects of a store read again: what becomes of their values and identifiers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from graph.ids import Ids
from graph.model import Edge, Identifier, Noun, Record
from graph.rewriting import HasRef, Rewriting
from graph.schema import EdgeKind
from graph.store import GraphStore
from ingest.facts.attributes import attribute_of
from ingest.renormalizing.rederiving import Key, Said, Span, Spans, rederived, spans_now
from ingest.settings import IngestSettings

_ASKED = 1_000
"""Nodes in one question."""


@dataclass(slots=True)
class Renewed:
    """What changes.

    Attributes:
        read_at: number of the last transaction that was read.
        subjects: ids.
        said: versions that change.
        nodes: identifiers.
        added: ``HAS`` that are new.
        spans: ``HAS`` with other times.
        dropped: ``HAS`` that hold no more.
        gained: keys of those that are new.
        lost: keys of those that hold no more.
    """

    read_at: int
    subjects: Sequence[str]
    said: list[Said] = field(default_factory=list[Said])
    nodes: dict[str, Identifier] = field(default_factory=dict[str, Identifier])
    added: list[Edge] = field(default_factory=list[Edge])
    spans: list[Edge] = field(default_factory=list[Edge])
    dropped: list[HasRef] = field(default_factory=list[HasRef])
    gained: list[Key] = field(default_factory=list[Key])
    lost: list[Key] = field(default_factory=list[Key])

    def rewriting(self) -> Rewriting | None:
        """As a batch carries it; None where nothing changes."""
        if not (self.said or self.added or self.spans or self.dropped):
            return None
        return Rewriting(
            subjects=self.subjects,
            read_at=self.read_at,
            versions=[one.after for one in self.said],
            spans=self.spans,
            dropped=self.dropped,
        )


def renewed(
    store: GraphStore, subjects: Sequence[str], settings: IngestSettings
) -> Renewed:
    """Read subjects, their versions and identifiers, and see what changes.

    Args:
        store: where from.
        subjects: ids of records, products, places and agents.
        settings: see ``rederiving.rederived``.
    """
    changes = Renewed(store.watermark(), subjects)
    nouns = store.get(subjects)
    records = [noun.id for noun in nouns if isinstance(noun, Record)]
    borne = _borne(store, records)
    for noun, versions in zip(nouns, store.versions(subjects), strict=True):
        said = [rederived(version, noun, settings) for version in versions]
        changes.said += [one for one in said if one.after != one.before]
        if isinstance(noun, Record):
            has = borne.get(noun.id, {})
            now = spans_now(noun, said, has, settings.region)
            _compare(Ids(store.namespace), changes, noun, has, now)
    return changes


def _borne(store: GraphStore, records: Sequence[str]) -> dict[str, Spans]:
    """Identifiers of records with their times."""
    edges = store.edges(records, [EdgeKind.HAS])
    targets = sorted({edge.target for edge in edges})
    keys: dict[str, Key] = {}
    for noun in _got(store, targets):
        if isinstance(noun, Identifier):
            keys[noun.id] = (noun.kind, noun.value)
    borne: dict[str, Spans] = {}
    for edge in edges:
        if edge.target in keys:
            spans = borne.setdefault(edge.source, {})
            spans[keys[edge.target]] = Span(edge.since, edge.until)
    return borne


def _got(store: GraphStore, ids: Sequence[str]) -> Iterator[Noun]:
    for start in range(0, len(ids), _ASKED):
        yield from (noun for noun in store.get(ids[start : start + _ASKED]) if noun)


def _compare(
    ids: Ids, changes: Renewed, record: Record, has: Spans, now: Spans
) -> None:
    """Note what a record bears now that it did not, and the other way."""
    for key in has.keys() - now.keys():
        if attribute_of(key[0], record.source) is not None:
            changes.dropped.append(HasRef(record.id, ids.identifier(*key)))
            changes.lost.append(key)
    for key, span in now.items():
        if has.get(key) == span:
            continue
        target = ids.identifier(*key)
        edge = Edge(
            type=EdgeKind.HAS,
            source=record.id,
            target=target,
            since=span.since,
            until=span.until,
        )
        if key in has:
            changes.spans.append(edge)
        else:
            changes.nodes[target] = Identifier(id=target, kind=key[0], value=key[1])
            changes.added.append(edge)
            changes.gained.append(key)
