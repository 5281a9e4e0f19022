"""The identity index of a store: opened, kept up with the store, and built anew."""

from intelligence.jobs.index.index import Index, Lag
from intelligence.jobs.index.reading import Rows, rows_of

__all__ = ["Index", "Lag", "Rows", "rows_of"]
