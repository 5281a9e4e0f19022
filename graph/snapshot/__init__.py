"""Snapshots: the graph as columns at a watermark."""

from graph.schema import Purpose
from graph.snapshot.csr import Csr
from graph.snapshot.making import load, refresh, take
from graph.snapshot.projection import Projection, Window
from graph.snapshot.snapshot import Snapshot

__all__ = [
    "Csr",
    "Projection",
    "Purpose",
    "Snapshot",
    "Window",
    "load",
    "refresh",
    "take",
]
