"""Runs: read a store at a watermark, conclude, write back what has changed.

Each is loaded when it is first asked for: a process that answers questions of the index
must not wait for what scores households.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intelligence.jobs.deciding.deciding import decide, split_of, withdraw
    from intelligence.jobs.deciding.ledger import Decided, Order
    from intelligence.jobs.full.resolving import resolve
    from intelligence.jobs.full.scoring import score
    from intelligence.jobs.runs.report import RunReport

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

_HOMES = {
    "Decided": "deciding.ledger",
    "Order": "deciding.ledger",
    "RunReport": "runs.report",
    "decide": "deciding.deciding",
    "resolve": "full.resolving",
    "score": "full.scoring",
    "split_of": "deciding.deciding",
    "withdraw": "deciding.deciding",
}


def __getattr__(name: str) -> object:
    """One of the names above."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
