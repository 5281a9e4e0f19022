"""Rejects of a store: found, counted, purged, and parsed again."""
