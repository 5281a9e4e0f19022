"""Whether two snapshots hold the same, table by table."""

from graph.snapshot import Snapshot


def same(one: Snapshot, other: Snapshot) -> bool:
    """Equal watermark, counts and tables, chunks and addresses aside."""
    if _manifest(one) != _manifest(other):
        return False
    labels = all(one.nodes(label).equals(other.nodes(label)) for label in one.labels)
    return labels and all(one.edges(k).equals(other.edges(k)) for k in one.kinds)


def _manifest(snapshot: Snapshot) -> object:
    kept = snapshot.manifest
    counts = kept.nodes, kept.edges, kept.dropped
    return kept.watermark, kept.namespace, kept.projection, *counts
