"""Runs: read a store at a watermark, conclude, write back what has changed."""

from intelligence.jobs.deciding import decide, split_of, withdraw
from intelligence.jobs.ledger import Decided, Order
from intelligence.jobs.report import RunReport
from intelligence.jobs.resolving import resolve
from intelligence.jobs.scoring import score

__all__ = [
    "Decided",
    "Order",
    "RunReport",
    "decide",
    "resolve",
    "score",
    "split_of",
    "withdraw",
]
