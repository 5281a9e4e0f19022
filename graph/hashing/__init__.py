"""Hashes by which two stores are told to say the same."""

from graph.hashing.hashes import (
    Hashes,
    digits,
    edge_lines,
    facts_hash,
    hashes,
    node_lines,
    view_hash,
)

__all__ = [
    "Hashes",
    "digits",
    "edge_lines",
    "facts_hash",
    "hashes",
    "node_lines",
    "view_hash",
]
