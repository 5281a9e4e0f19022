"""Sources of an index's records, and their ranks: the most frequent is the first."""

from collections.abc import Sequence

import numpy as np

from intelligence.arrays import Ints

_LAST = chr(0x10FFFF)


class Sources:
    """Names by number, and how many records each source has."""

    def __init__(self, names: Sequence[str], said: Sequence[int]) -> None:
        self._names, self._said = list(names), list(said)

    def numbers(self, names: Sequence[str], *, keep: bool = True) -> Ints:
        """Numbers of sources; new ones stand behind, for good if ``keep``."""
        new = [one for one in names if one not in self._names]
        every = [*self._names, *new]
        if keep:
            self._names = every
            self._said += [0] * len(new)
        return np.array([every.index(one) for one in names], dtype=np.int64)

    def count(self, source: Ints, sign: int) -> None:
        """Records of these sources are more, or less."""
        for one in source.tolist():
            self._said[one] += sign

    def ranks(self, more: Ints, less: Ints) -> Ints:
        """The rank of each source by its records, as batch numbers sources.

        Args:
            more: sources of records that are counted beside, new ones among them.
            less: sources of records that are not counted.

        Returns:
            By number, -1 for a source without records.
        """
        size = max(len(self._said), int(more.max(initial=-1)) + 1)
        said = np.zeros(size, dtype=np.int64)
        said[: len(self._said)] = self._said
        np.add.at(said, more, 1)
        np.subtract.at(said, less, 1)
        names = [*self._names, *([_LAST] * (size - len(self._names)))]
        some = np.flatnonzero(said).tolist()
        some.sort(key=lambda one: (-said[one], names[one]))
        found = np.full(size, -1, dtype=np.int64)
        found[some] = np.arange(len(some))
        return found
