"""Canonical forms of what records say: pure functions, raw text never changed.

``normalize`` serves one record, ``normalize_column`` a column of one attribute. What is
odd about a text becomes a flag; nothing is dropped and nothing is guessed silently.
"""

from ingest.normalize.column import Canonical
from ingest.normalize.registry import (
    ATTRIBUTES,
    NORMALIZER_VERSION,
    Context,
    Normalized,
    derive,
    normalize,
    normalize_column,
)

__all__ = [
    "ATTRIBUTES",
    "NORMALIZER_VERSION",
    "Canonical",
    "Context",
    "Normalized",
    "derive",
    "normalize",
    "normalize_column",
]
