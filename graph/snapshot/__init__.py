"""Snapshots: the graph as columns at a watermark."""

from graph.csr import Csr
from graph.projection import Projection, Window
from graph.schema import Purpose
from graph.snapshot.making import load, refresh, take
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
