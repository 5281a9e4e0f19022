"""A simulated town: raw feeds as real systems write them, and the truth behind them."""

from ingest.town.build import Summary, build, build_table

__all__ = ["Summary", "build", "build_table"]
