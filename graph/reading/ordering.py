"""The orders in which every engine answers."""

from graph.batch import NodeRef
from graph.model import Edge, Version
from graph.query import Change


def edge_place(edge: Edge) -> tuple[str, str, str, str]:
    """Edges: by (type, source, target, key)."""
    return edge.type, edge.source, edge.target, edge.key


def change_place(change: Change) -> tuple[int, bool, bool, str, str, str, str]:
    """Changes: by (seq, closed first, nodes first, id)."""
    ref = change.ref
    if isinstance(ref, NodeRef):
        return change.seq, not change.closed, False, ref.id, ref.label, "", ""
    edge = (ref.type, ref.source, ref.target, ref.key)
    return change.seq, not change.closed, True, *edge


def told(said: list[Version], true_at: int | None) -> list[Version]:
    """Versions of one subject in order, or only the one that held at a time.

    Undated ones hold always, so they come first.
    """
    ordered = sorted(said, key=_when)
    if true_at is None:
        return ordered
    until = [v for v in ordered if v.observed_at is None or v.observed_at <= true_at]
    return until[-1:]


def _when(version: Version) -> tuple[bool, int, int, str]:
    dated = version.observed_at is not None
    return dated, version.observed_at or 0, version.seq or 0, version.id
