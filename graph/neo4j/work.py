"""What one transaction of ``apply`` has in hand, and the ids that the store knows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from graph import schema
from graph.errors import BadBatch
from graph.neo4j import queries_write as cypher
from graph.neo4j.layout import line_mark
from graph.neo4j.prepare import EdgeRows, Prepared
from graph.neo4j.transaction import Rows, Transaction

CHUNK = 5_000
"""Rows that one statement takes."""


@dataclass(slots=True)
class Work:
    """One transaction.

    Attributes:
        transaction: it.
        seq: its number.
        prepared: what is written.
        before: label of every id met that the store knew before; '' of bare ends.
        labels: the same with what this transaction adds, without bare ends.
        closed: ids met that are closed conclusions.
        marks: ``line_mark`` of facts, ascending, by id.
        nodes: new or changed nodes so far.
        edges: new, widened or changed edges so far.
        superseded: closed conclusions so far.
        deferred: records whose ``OF`` is left alone.
    """

    transaction: Transaction
    seq: int
    prepared: Prepared
    before: dict[str, str] = field(default_factory=dict[str, str])
    labels: dict[str, str] = field(default_factory=dict[str, str])
    closed: set[str] = field(default_factory=set[str])
    marks: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    nodes: int = 0
    edges: int = 0
    superseded: int = 0
    deferred: set[str] = field(default_factory=set[str])


def chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Rows in pieces that one statement takes."""
    rows = list(rows)
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def send(transaction: Transaction, text: str, rows: Iterable[Any]) -> None:
    """Run a statement for rows, before the next one that is asked something."""
    for piece in chunks(rows):
        transaction.later(text, rows=piece)


def known(
    transaction: Transaction, ids: Iterable[str]
) -> tuple[dict[str, str], set[str]]:
    """Label of those ids that the store knows, and which of them are closed."""
    labels: dict[str, str] = {}
    closed: set[str] = set()
    for piece in chunks(ids):
        for found, was, members in transaction.rows(cypher.KNOWN, ids=piece):
            # Analysts may have given a node labels of their own.
            own = next((label for label in found if label in schema.NODES), "")
            labels.update(dict.fromkeys(members, was or own))
            if was is not None:
                closed.update(members)
    return labels, closed


def load(work: Work) -> None:
    """Look up every id of the batch, and enter the bare ends of its edges.

    Raises:
        BadBatch: a node was written under another label before.
    """
    nodes, ends = _met(work.prepared)
    work.before, work.closed = known(work.transaction, ids_of(work.prepared))
    for key in work.before.keys() & nodes.keys():
        if work.before[key] not in {"", nodes[key]}:
            message = (
                f"node {key} is a {work.before[key]} in the store and a {nodes[key]} "
                "in the batch; nothing was written"
            )
            raise BadBatch(message)
    work.labels = {key: label for key, label in work.before.items() if label} | nodes
    absent = sorted(ends - nodes.keys() - work.before.keys())
    for piece in chunks(absent):
        work.transaction.later(cypher.ADD_ABSENT, ids=piece)


def ids_of(prepared: Prepared) -> list[str]:
    """Every id that is met."""
    nodes, ends = _met(prepared)
    return sorted({*nodes, *ends, *chain.from_iterable(prepared.closed_nodes.values())})


def _met(prepared: Prepared) -> tuple[dict[str, str], set[str]]:
    """Labels of the nodes, and the ids of what else is named but for closings."""
    nodes = {key: group.label for group in prepared.nodes for key in group.ids}
    keys = [key for group in prepared.edges for key in group.rows]
    return nodes, {end for key in keys for end in key[:2]} | prepared.lines.keys()


def load_lines(work: Work) -> None:
    """Number the feeds and lines of facts."""
    lines = work.prepared.lines
    if not lines:
        return
    wanted = {feed for told in lines.values() for feed, _ in told}
    codes = feed_codes(work.transaction, wanted)
    work.marks = {
        key: sorted({line_mark(codes[feed], line) for feed, line in told})
        for key, told in lines.items()
    }


def feed_codes(transaction: Transaction, wanted: Iterable[str]) -> dict[str, int]:
    """Codes of feeds; new ones get the next."""
    names = sorted(set(wanted))
    codes = _codes(transaction.rows(cypher.FEEDS_NAMED, names=names))
    new = [name for name in names if name not in codes]
    if not new:
        return codes
    codes = _codes(transaction.rows(cypher.FEEDS))
    rows = [(name, len(codes) + place) for place, name in enumerate(new, 1)]
    transaction.later(cypher.ADD_FEEDS, rows=rows)
    return codes | dict(rows)


def _codes(rows: Rows) -> dict[str, int]:
    return {name: int(code) for name, code in rows}


def add_lines(transaction: Transaction, marks: dict[str, list[int]]) -> None:
    """Note where facts that the store has came from, beside what it knows of that."""
    changed: list[tuple[str, list[int]]] = []
    for piece in chunks(marks):
        old = dict(map(tuple, transaction.rows(cypher.LINES_OF, ids=piece)))
        for key in piece:  # one that is new here may not be among what was read ahead
            both = sorted({*(old.get(key) or ()), *marks[key]})
            if both != old.get(key):
                changed.append((key, both))
    send(transaction, cypher.SET_LINES, changed)


def check_ends(work: Work, group: EdgeRows) -> None:
    """See that edges join what their type may join, where labels are known.

    Raises:
        BadBatch: one does not.
    """
    kind = schema.edge_type(group.kind)
    sources = [key[0] for key in group.rows]
    targets = [key[1] for key in group.rows]
    _check_end(work, (group.kind, "leave"), sources, kind.sources)
    _check_end(work, (group.kind, "enter"), targets, kind.targets)


def _check_end(
    work: Work, verb: tuple[str, str], ends: Sequence[str], allowed: Sequence[str]
) -> None:
    labels = work.labels
    wrong = set(map(labels.get, ends)) - set(allowed) - {None}
    if not wrong:
        return
    end = next(end for end in ends if labels.get(end) in wrong)
    message = (
        f"an edge {verb[0]} may not {verb[1]} {end}, a {labels[end]}, only "
        f"{' or '.join(allowed)}; nothing was written"
    )
    raise BadBatch(message)
