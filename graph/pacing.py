"""How many rows a writer puts into one transaction.

A writer that is alone writes large transactions; while others write too, it writes
short ones, so that nobody waits long for a turn. Whether others write is told by
``Applied.contended`` of the latest batch.
"""

import time
from collections.abc import Callable

from graph.batch import Applied
from graph.query import Capabilities

_SHARED_SECONDS = 2.0


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

    def note(self, applied: Applied) -> None:
        """Take notice of what became of a batch."""
        if applied.contended:
            self._shared_until = self._clock() + _SHARED_SECONDS
