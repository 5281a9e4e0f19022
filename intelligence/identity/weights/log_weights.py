"""Log weights of comparisons' levels, made ready once and looked up by many pairs."""
# pyright: reportUntypedFunctionDecorator=false

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numba
import numpy as np

from intelligence.arrays import Floats, Ints
from intelligence.identity.columns.packed import Levels

_LEAST = 1e-9


class Learned(Protocol):
    """What was learned of one comparison (``model.Weights``)."""

    @property
    def match(self) -> tuple[float, ...]:
        """Probability of each level among pairs of one party."""
        ...

    @property
    def relative(self) -> tuple[float, ...]:
        """Among relatives."""
        ...

    @property
    def stranger(self) -> tuple[float, ...]:
        """Among strangers."""
        ...

    @property
    def mean_term(self) -> float:
        """Mean frequency of the values said, 0 where none is weighed."""
        ...

    @property
    def slope(self) -> float:
        """What the log weights are multiplied by."""
        ...


@dataclass(frozen=True)
class LogWeights:
    """Tables of c comparisons by level; the last column is for none, -1.

    Attributes:
        match: log weight of each level for a match, shape (c, levels + 1).
        relative: for relatives.
        alike: how many times likelier relatives are at a level than strangers.
        exact: how many first levels are weighed by the value's frequency, shape (c,).
        chance: how often strangers agree wholly.
        scale: turns a frequency into the chance that strangers share the value.
        rest: by how much relatives who always agree would be likelier, at least.
        slope: what is multiplied in the end.
    """

    match: Floats
    relative: Floats
    alike: Floats
    exact: Ints
    chance: Floats
    scale: Floats
    rest: Floats
    slope: Floats

    @staticmethod
    def of(learned: Sequence[Learned], exact: Sequence[int]) -> "LogWeights":
        """Make the tables.

        Args:
            learned: of each comparison.
            exact: how many of its levels count as agreement on its term.
        """
        wide = max((len(one.stranger) for one in learned), default=0) + 1
        ratio, alike = np.ones((len(learned), wide)), np.ones((len(learned), wide))
        for at, one in enumerate(learned):
            size, stranger = len(one.stranger), np.array(one.stranger)
            ratio[at, :size] = np.array(one.match) / stranger
            alike[at, :size] = np.array(one.relative) / stranger
        mean = [one.mean_term for one in learned]
        chance = [min(one.stranger[0], 1.0) for one in learned]
        scale = [c / m if m > 0 else 0.0 for c, m in zip(chance, mean, strict=True)]
        levels = [e if m > 0 else 0 for e, m in zip(exact, mean, strict=True)]
        rest = [max(1 / one - 1, _LEAST) for one in chance]
        return LogWeights(
            np.log(ratio),
            np.log(alike),
            alike,
            np.array(levels, dtype=np.int64),
            np.array(chance),
            np.array(scale),
            np.array(rest),
            np.array([one.slope for one in learned]),
        )

    def weigh(
        self, which: Ints | int, level: Levels, term: Floats
    ) -> tuple[Floats, Floats]:
        """Log weights for a match and for relatives, adjusted for a value's frequency.

        Agreement on a rare value weighs more: its probability among strangers is as
        many times smaller than theirs in all. Relatives either share a value, or agree
        as strangers do.

        Args:
            which: the comparison of each pair, shape (p,), or of all of them.
            level: of each pair, -1 for none.
            term: frequency of the commoner of its two values, 0 to 1.
        """
        size = len(level)
        one = np.full(size, which) if isinstance(which, int) else which
        match, relative = np.empty(size), np.empty(size)
        at = np.empty(size, dtype=np.int64)
        tables = self.match, self.relative, self.exact
        at = at[: _looked_up(tables, one, level, (match, relative, at))]
        if len(at):
            some = one[at]
            shared = term[at] * self.scale[some]
            match[at] += np.log(self.chance[some] / shared)
            share = (self.alike[some, level[at]] - 1) / self.rest[some]
            share = np.clip(share, 0, 1)
            relative[at] = np.log(share / shared + 1 - share)
        slope = self.slope[which]
        return slope * match, slope * relative


@numba.njit(cache=True, nogil=True)
def _looked_up(
    tables: tuple[Floats, Floats, Ints],
    which: Ints,
    level: Levels,
    out: tuple[Floats, Floats, Ints],
) -> int:
    """Look levels up, and list the pairs that a frequency adjusts; how many."""
    match, relative, exact = tables
    count = 0
    for at in range(len(level)):
        one, found = which[at], level[at]
        out[0][at] = match[one, found]
        out[1][at] = relative[one, found]
        if 0 <= found < exact[one]:
            out[2][count] = at
            count += 1
    return count
