"""How many rows a writer puts into one transaction, and when it pauses.

A writer that is alone writes large transactions; while others write too, it writes
short ones and pauses between them, so that nobody waits long for a turn. Whether others
write is told by ``Applied.contended`` of the latest batch, and how many rows are short
by ``Applied.held``: a row costs more in a large store, and on a slow disk.

Who never met anybody writes transactions of one size: the same lines come in the same
transactions, and parties are named alike, however fast the machine is.
"""

import time
from collections.abc import Callable

from graph.batch import Applied
from graph.query import Capabilities

SHARED_SECONDS = 30.0
"""How long a writer writes short ones after it saw another: a caller comes back."""

WAIT_SECONDS = 0.005
"""How long others should wait for one short transaction."""

ALONE_SECONDS = 0.06
"""How long who comes back should wait for a writer that has been alone since."""

LEAST_ROWS = 50
"""Of a short transaction: beyond that, most of its time is the commit's own."""

GROWTH = 2
"""How many times the transaction before a next one may be, while nobody is seen."""

PAUSES = 2.0
"""How long a writer pauses for others, in times of what it kept them waiting."""

_SMALLEST_STEP, _LARGEST_STEP = 0.5, 1.25


class Pace:
    """The pace at which one process writes into a store.

    Args:
        capabilities: of the store.
        clock: seconds that only grow.
        sleep: pauses for some seconds.
    """

    def __init__(
        self,
        capabilities: Capabilities,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._most = capabilities.batch_rows
        self._alone = capabilities.batch_rows
        self._shared = capabilities.shared_batch_rows
        self._clock, self._sleep = clock, sleep
        self._shared_until = float("-inf")

    @property
    def is_shared(self) -> bool:
        """Whether others have written lately."""
        return self._clock() < self._shared_until

    @property
    def rows(self) -> int:
        """Rows that the next transaction should have at most."""
        return self._shared if self.is_shared else self._alone

    def meet(self, seconds: float = 0.0) -> None:
        """Take notice of others, who wrote so many seconds ago."""
        until = self._clock() + SHARED_SECONDS - seconds
        self._shared_until = max(self._shared_until, until)
        if self.is_shared:
            self._alone = self._shared  # who was not alone begins small again

    def note(self, applied: Applied, rows: int) -> None:
        """Take notice of what became of a batch of so many rows."""
        if applied.contended:
            self.meet()
        if self.is_shared:
            self._alone = self._shared
        elif self._most > self._alone < rows * GROWTH:
            self._alone = min(self._alone * GROWTH, self._within(applied, rows))
        if applied.held and rows >= min(self._shared, self._most) / 2:
            self._learn(rows * WAIT_SECONDS / applied.held)

    def give_way(self, applied: Applied) -> None:
        """Leave the store to others, after a batch that nobody waits for."""
        if self.is_shared and applied.held:
            self._sleep(min(applied.held, WAIT_SECONDS) * PAUSES)

    def _within(self, applied: Applied, rows: int) -> int:
        """Rows that a lone writer may write without holding on for too long."""
        if not applied.held:
            return self._most
        fitting = round(rows * ALONE_SECONDS / applied.held)
        return min(max(fitting, self._shared), self._most)

    def _learn(self, rows: float) -> None:
        """Come nearer to what would have been short; one stall is no rule."""
        least, most = self._shared * _SMALLEST_STEP, self._shared * _LARGEST_STEP
        near = round(min(max(rows, least), most))
        self._shared = min(max(near, LEAST_ROWS), self._most)
