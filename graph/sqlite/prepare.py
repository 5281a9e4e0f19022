"""A batch → rows in the order of their keys, checked, before any lock is taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter

from graph.batch import GraphBatch
from graph.bookkeeping import Provenance
from graph.columnar.keys import register
from graph.errors import BadBatch
from graph.model import Edge, Noun
from graph.sqlite.closings import Closings, closings_of
from graph.sqlite.codes import Codes
from graph.writing.laying import (
    Row,
    by_kind,
    by_label,
    check_once,
    check_texts,
    edge_columns,
    node_columns,
)
from graph.writing.limits import Limits
from graph.writing.rewritten import Rewritten, prepare_rewriting


@dataclass(frozen=True, slots=True)
class NodeRows:
    """The nodes of one label, by handle.

    Attributes:
        label: their label.
        handles: ascending.
        rows: declared attributes, ``more``; for conclusions ``run``.
        nouns: what they were made from.
    """

    label: str
    handles: list[int]
    rows: list[Row]
    nouns: list[Noun]


@dataclass(frozen=True, slots=True)
class EdgeRows:
    """The edges of one type: (source, target, key), ascending, and the rest.

    Attributes:
        kind: their type.
        keys: (source, target, key).
        values: (weight, since, until, attributes, run).
    """

    kind: str
    keys: list[tuple[int, int, str]]
    values: list[Row]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a batch writes.

    Attributes:
        nodes: by label.
        edges: by type.
        closings: what it closes.
        provenance: (fact, feed, line).
        ids: bytes of every id that is written, by handle.
        rewriting: canonical values that are replaced.
    """

    nodes: list[NodeRows]
    edges: list[EdgeRows]
    closings: Closings
    provenance: list[tuple[int, str, int]]
    ids: dict[int, bytes]
    rewriting: Rewritten[int] | None = None


def prepare(batch: GraphBatch, codes: Codes, limits: Limits) -> Prepared:
    """Check a batch against the schema and the limits and lay it out as rows.

    Raises:
        BadBatch: it breaks one of them.
        IdCollision: two of its ids share a key.
    """
    check_texts(batch, limits)
    ids: dict[int, bytes] = {}
    nodes = [
        _node_rows(label, nouns, batch.run, limits, ids)
        for label, nouns in by_label(batch.nodes).items()
    ]
    check_once(batch)
    grouped = sorted(by_kind(batch.edges).items(), key=lambda item: codes.edge[item[0]])
    edges = [_edge_rows(kind, group, batch.run, limits, ids) for kind, group in grouped]
    provenance = _provenance(batch.provenance, ids)
    rewriting = prepare_rewriting(batch, limits, partial(register, {}))
    return Prepared(nodes, edges, closings_of(batch), provenance, ids, rewriting)


def _provenance(
    entries: Sequence[Provenance], ids: dict[int, bytes]
) -> list[tuple[int, str, int]]:
    facts = register(ids, [entry.fact for entry in entries])
    lines = zip(facts, entries, strict=True)
    return sorted((fact, entry.feed, entry.line) for fact, entry in lines)


def _node_rows(
    label: str,
    nouns: list[Noun],
    run: str | None,
    limits: Limits,
    ids: dict[int, bytes],
) -> NodeRows:
    try:
        keys = register(ids, [noun.id for noun in nouns])
    except (TypeError, BadBatch) as error:
        raise BadBatch(f"nodes {label}: {error}; nothing was written") from error
    order = sorted(range(len(keys)), key=keys.__getitem__)
    nouns = [nouns[position] for position in order]
    rows = list(zip(*node_columns(label, nouns, run, limits), strict=True))
    return NodeRows(label, [keys[position] for position in order], rows, nouns)


def _edge_rows(
    kind: str,
    edges: list[Edge],
    run: str | None,
    limits: Limits,
    ids: dict[int, bytes],
) -> EdgeRows:
    try:
        source = register(ids, [edge.source for edge in edges])
        target = register(ids, [edge.target for edge in edges])
    except (TypeError, BadBatch) as error:
        message = f"endpoints of {kind} edges: {error}; nothing was written"
        raise BadBatch(message) from error
    key, *rest = edge_columns(kind, edges, run, limits)
    rows = sorted(
        zip(
            zip(source, target, key, strict=True), zip(*rest, strict=True), strict=True
        ),
        key=itemgetter(0),
    )
    return EdgeRows(kind, [row[0] for row in rows], [row[1] for row in rows])
