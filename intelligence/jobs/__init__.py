"""Runs: read a store at a watermark, conclude, write back what has changed.

Each is loaded when it is first asked for: a process that answers questions of the index
must not wait for what scores households.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

_HOMES = {
    "Decided": "ledger",
    "Order": "ledger",
    "RunReport": "report",
    "decide": "deciding",
    "resolve": "resolving",
    "score": "scoring",
    "split_of": "deciding",
    "withdraw": "deciding",
}


def __getattr__(name: str) -> object:
    """One of the names above."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
