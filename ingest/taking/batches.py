"""What a feed writes in one transaction: in parts where it grew, named by content."""

import hashlib

from graph.batch import Advance, GraphBatch
from graph.model import Edge  # noqa: TC001 - read by pyright in a body

MOST_BATCHES = 2
"""A batch may grow to so many times its size before it is written in parts."""


def parts_of(batch: GraphBatch, rows: int) -> list[GraphBatch]:
    """A batch that grew too large, in parts; what leaves a node stays with it."""
    if len(batch.nodes) + len(batch.edges) <= rows * MOST_BATCHES:
        return [batch]
    parts: list[GraphBatch] = []
    origin = {one.fact: one for one in batch.provenance}
    leaving: dict[str, list[Edge]] = {}
    for edge in batch.edges:
        leaving.setdefault(edge.source, []).append(edge)
    for begin in range(0, len(batch.nodes), rows):
        nodes = batch.nodes[begin : begin + rows]
        edges = [edge for noun in nodes for edge in leaving.pop(noun.id, ())]
        known = [origin[noun.id] for noun in nodes if noun.id in origin]
        parts.append(GraphBatch(id="", nodes=nodes, edges=edges, provenance=known))
    others = [edge for edges in leaving.values() for edge in edges]
    return parts + [
        GraphBatch(id="", edges=others[begin : begin + rows])
        for begin in range(0, len(others), rows)
    ]


def staying(feed: str, at: str | None) -> Advance | None:
    """The step of a part that is not the last: refused as the last would be.

    The log names the feed then. A feed that has no checkpoint yet can make no step.
    """
    return None if at is None else Advance(feed, at, at)


def batch_id(feed: str, batch: GraphBatch, advance: Advance | None) -> str:
    """Names a batch by all that is in it, so that equal ids mean equal batches."""
    digest = hashlib.blake2b(feed.encode(), digest_size=16)
    if advance is not None:
        digest.update(f"{advance.expected}|{advance.position}".encode())
    for noun in batch.nodes:
        digest.update(noun.id.encode())
    for edge in batch.edges:
        times = f"{edge.since},{edge.until}"
        digest.update(f"{edge.type}{edge.source}{edge.target}{times}".encode())
    return digest.hexdigest()
