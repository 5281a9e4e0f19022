"""Waiting for what other threads, processes and servers do."""

import time
from collections.abc import Callable

PATIENCE = 600.0
"""Seconds after which nobody waits any more: far beyond what a busy machine takes.

It ends what hangs; it never decides whether a test passes.
"""

_PAUSE = 0.02


def until(holds: Callable[[], bool], what: str = "what was waited for") -> None:
    """Return as soon as something holds.

    Raises:
        AssertionError: it does not come to pass, or the asking itself fails.
    """
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"{what}: not within {PATIENCE:.0f} s"
        time.sleep(_PAUSE)
