"""Runs: read a store at a watermark, conclude, write back what has changed."""

from intelligence.jobs.report import RunReport
from intelligence.jobs.resolving import resolve
from intelligence.jobs.scoring import score

__all__ = ["RunReport", "resolve", "score"]
