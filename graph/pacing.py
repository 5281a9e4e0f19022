"""How many rows a writer puts into one transaction.

A writer that is alone writes large transactions; while others write too, it writes
short ones, so that nobody waits long for a turn. Whether others write is told by
``Applied.contended`` of the latest batch, and how many rows are short by
``Applied.held``: a row costs more in a large store, and on a slow disk.
"""

import time
from collections.abc import Callable

from graph.batch import Applied
from graph.query import Capabilities

SHARED_SECONDS = 30.0
"""How long a writer writes short ones after it saw another: a caller comes back."""

WAIT_SECONDS = 0.008
"""How long others should wait for one short transaction."""

LEAST_ROWS = 50
"""Of a short transaction: beyond that, most of its time is the commit's own."""

_SMALLEST_STEP, _LARGEST_STEP = 0.5, 1.25


class Pace:
    """The size of a writer's next transaction.

    Args:
        capabilities: of the store.
        clock: seconds that only grow.
    """

    def __init__(
        self, capabilities: Capabilities, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._alone = capabilities.batch_rows
        self._shared = capabilities.shared_batch_rows
        self._clock = clock
        self._shared_until = float("-inf")

    @property
    def rows(self) -> int:
        """Rows that the next transaction should have at most."""
        return self._shared if self._clock() < self._shared_until else self._alone

    def note(self, applied: Applied, rows: int) -> None:
        """Take notice of what became of a batch of so many rows."""
        if applied.contended:
            self._shared_until = self._clock() + SHARED_SECONDS
        if applied.held and rows >= min(self._shared, self._alone) / 2:
            self._learn(rows * WAIT_SECONDS / applied.held)

    def _learn(self, rows: float) -> None:
        """Come nearer to what would have been short; one stall is no rule."""
        least, most = self._shared * _SMALLEST_STEP, self._shared * _LARGEST_STEP
        near = round(min(max(rows, least), most))
        self._shared = min(max(near, LEAST_ROWS), self._alone)
