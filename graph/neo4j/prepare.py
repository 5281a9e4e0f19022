"""A batch → columns by label and type, checked, before any lock is taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph import schema
from graph.batch import GraphBatch
from graph.columnar.keys import handles
from graph.errors import BadBatch
from graph.model import Edge, Noun
from graph.neo4j.codec import floats, real_places
from graph.schema import Room
from graph.text import search_tokens
from graph.writing import laying
from graph.writing.laying import EdgeKey
from graph.writing.limits import Limits


@dataclass(frozen=True, slots=True)
class NodeRows:
    """The nodes of one label.

    Attributes:
        label: their label.
        ids: of each.
        columns: declared attributes, ``more``; for conclusions ``run``.
        words: folded words to be found by; None where the label is not searched.
    """

    label: str
    ids: list[str]
    columns: list[Sequence[Any]]
    words: list[str | None] | None


@dataclass(frozen=True, slots=True)
class EdgeRows:
    """The edges of one type, each key once.

    Attributes:
        kind: their type.
        rows: (weight, since, until, attributes, run) by (source, target, key).
    """

    kind: str
    rows: dict[EdgeKey, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a batch writes.

    Attributes:
        nodes: by label.
        edges: by type.
        closed_nodes: ids of conclusions that close, by label.
        closed_edges: edges that close, by type.
        lines: (feed, line) of facts, by id.
    """

    nodes: list[NodeRows]
    edges: list[EdgeRows]
    closed_nodes: dict[str, list[str]]
    closed_edges: dict[str, list[EdgeKey]]
    lines: dict[str, list[tuple[str, int]]]


def prepare(batch: GraphBatch, limits: Limits) -> Prepared:
    """Check a batch against the schema and the limits and lay it out as columns.

    Raises:
        BadBatch: it breaks one of them.
    """
    laying.check_texts(batch, limits)
    nodes = [
        _node_rows(label, nouns, batch.run, limits)
        for label, nouns in laying.by_label(batch.nodes).items()
    ]
    laying.check_once(batch)
    edges = [
        _edge_rows(kind, group, batch.run, limits)
        for kind, group in laying.by_kind(batch.edges).items()
    ]
    closed_nodes, closed_edges = laying.closings_of(batch)
    check_ids("closings", [key for keys in closed_nodes.values() for key in keys])
    for keys in closed_edges.values():
        check_ids("closings", [end for key in keys for end in key[:2]])
    check_ids("provenance", [entry.fact for entry in batch.provenance])
    lines: dict[str, list[tuple[str, int]]] = {}
    for entry in batch.provenance:
        lines.setdefault(entry.fact, []).append((entry.feed, entry.line))
    return Prepared(nodes, edges, closed_nodes, closed_edges, lines)


def check_ids(what: str, ids: Sequence[str]) -> None:
    """See that texts are ids: every engine takes the same ones.

    Raises:
        BadBatch: one of them is none.
    """
    try:
        handles(ids)
    except (TypeError, BadBatch) as error:
        raise BadBatch(f"{what}: {error}; nothing was written") from error


def words_of(
    label: str, columns: Mapping[str, Sequence[Any]]
) -> list[str | None] | None:
    """Folded words of nodes, apart by blanks, from texts or lists of texts by name."""
    searched = schema.node_type(label).search
    if not searched:
        return None
    found: list[str | None] = []
    for values in zip(*(columns[name] for name in searched), strict=True):
        texts: list[str] = []
        for value in values:
            texts += [value] if isinstance(value, str) else value or []
        found.append(" ".join(search_tokens(texts)) or None)
    return found


def _node_rows(
    label: str, nouns: list[Noun], run: str | None, limits: Limits
) -> NodeRows:
    ids = [noun.id for noun in nouns]
    check_ids(f"nodes {label}", ids)
    columns = laying.node_columns(label, nouns, run, limits)
    for place in real_places(label):
        columns[place] = floats(columns[place])
    searched = schema.node_type(label).search
    texts = {name: [getattr(noun, name) for noun in nouns] for name in searched}
    return NodeRows(label, ids, columns, words_of(label, texts))


def _edge_rows(
    kind: str, edges: list[Edge], run: str | None, limits: Limits
) -> EdgeRows:
    sources = [edge.source for edge in edges]
    targets = [edge.target for edge in edges]
    check_ids(f"endpoints of {kind} edges", sources)
    check_ids(f"endpoints of {kind} edges", targets)
    keys, weights, *rest = laying.edge_columns(kind, edges, run, limits)
    names = zip(sources, targets, keys, strict=True)
    values = zip(floats(weights), *rest, strict=True)
    rows: dict[EdgeKey, tuple[Any, ...]] = {}
    declared = schema.edge_type(kind)
    for name, value in zip(names, values, strict=True):
        earlier = rows.setdefault(name, value)
        if earlier is not value:
            if declared.room is Room.CONCLUSIONS:
                message = (
                    f"edge {kind} {name[0]} → {name[1]} stands twice in the batch with "
                    "one key; nothing was written"
                )
                raise BadBatch(message)
            if declared.widens:
                rows[name] = widened(earlier, value)
    return EdgeRows(kind, rows)


def widened(old: tuple[Any, ...], new: tuple[Any, ...]) -> tuple[Any, ...]:
    """An edge's (weight, since, until, …) with the times of both."""
    since = [one for one in (old[1], new[1]) if one is not None]
    until = [one for one in (old[2], new[2]) if one is not None]
    return (
        old[0],
        min(since, default=None),
        max(until, default=None),
        *old[3:],
    )
