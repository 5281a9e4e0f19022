"""From the server's internal ids to handles, the keys of ``graph.columnar.keys``.

Pages of edges name their ends by internal ids, which are short and spare the server
the reading of two nodes an edge. They are the server's own: it gives those of erased
nodes to new ones. So what is known of them is forgotten after an erasure, and handles,
which leave this engine, are made from ids and come in the order of ids.
"""

import threading

import numpy as np
from numpy.typing import NDArray

from graph.columnar.idcolumns import WIDTH
from graph.columnar.keys import handles_of_columns
from graph.neo4j import queries_scan as cypher
from graph.neo4j.sessions import Sessions

_ASKED = 20_000  # internal ids a statement
UNKNOWN = -1
"""The handle of what was erased meanwhile."""

Numbers = NDArray[np.int64]


def id_matrix(ids: list[str]) -> NDArray[np.uint8]:
    """Hexadecimal ids as bytes of shape (n, 16)."""
    raw = bytes.fromhex("".join(ids))
    return np.frombuffer(raw, dtype=np.uint8).reshape(-1, WIDTH)


class Known:
    """The handles of internal ids met so far: 16 bytes each.

    May be used from several threads.

    Args:
        sessions: of the store.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._lock = threading.Lock()
        self._erasure = 0
        self._new: list[tuple[Numbers, Numbers]] = []
        self._numbers = np.empty(0, dtype=np.int64)
        self._handles = np.empty(0, dtype=np.int64)

    def forget(self, erasure: int) -> None:
        """Forget all if there was an erasure since.

        Args:
            erasure: number of the last one.
        """
        with self._lock:
            if erasure != self._erasure:
                self._erasure = erasure
                self._new.clear()
                self._numbers = self._handles = np.empty(0, dtype=np.int64)

    def learn(self, numbers: list[int], handles: Numbers) -> None:
        """Take note of nodes."""
        with self._lock:
            self._new.append((np.array(numbers, dtype=np.int64), handles))

    def handles(self, numbers: list[int]) -> Numbers:
        """The handles of internal ids; those not known yet are asked for.

        ``UNKNOWN`` for what is no longer there.
        """
        wanted = np.array(numbers, dtype=np.int64)
        found = self._find(wanted)
        missing = np.unique(wanted[found == UNKNOWN])
        if len(missing):
            self._ask(missing)
            found = self._find(wanted)
        return found

    def _find(self, wanted: Numbers) -> Numbers:
        numbers, handles = self._merged()
        if not len(numbers):
            return np.full(len(wanted), UNKNOWN, dtype=np.int64)
        places = np.minimum(np.searchsorted(numbers, wanted), len(numbers) - 1)
        return np.where(numbers[places] == wanted, handles[places], UNKNOWN)

    def _merged(self) -> tuple[Numbers, Numbers]:
        with self._lock:
            if self._new:
                pairs = [(self._numbers, self._handles), *self._new]
                numbers = np.concatenate([pair[0] for pair in pairs])
                handles = np.concatenate([pair[1] for pair in pairs])
                self._numbers, first = np.unique(numbers, return_index=True)
                self._handles = handles[first]
                self._new.clear()
            return self._numbers, self._handles

    def _ask(self, numbers: Numbers) -> None:
        for start in range(0, len(numbers), _ASKED):
            piece: list[int] = numbers[start : start + _ASKED].tolist()
            row = self._sessions.read(
                lambda transaction, piece=piece: transaction.one(
                    cypher.IDS, numbers=piece
                )
            )
            if row and row[0]:
                self.learn(row[0], handles_of_columns(id_matrix(row[1])))
