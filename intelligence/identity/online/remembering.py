"""A few rows of a scorer, what they say weighed once and remembered.

Linkage, pooling, probabilities and reasons ask for the same pairs again and again, and
many rows say the same; see ``alike``.
"""
# pyright: reportUntypedFunctionDecorator=false

from collections.abc import Iterator

import numba
import numpy as np

from intelligence.arrays import Bools, Floats, Ints
from intelligence.identity.columns.table import Codes
from intelligence.identity.comparisons.comparison import Batch
from intelligence.identity.online.alike import Alike
from intelligence.identity.weights.comparing import Compared, compare
from intelligence.identity.weights.scoring import Scorer, Scores, Stack, summed

MOST = 1_000
"""Rows of which more are not remembered,"""

_CELLS = 4_000_000
"""nor more weights."""


class Remembering(Scorer):
    """Weighs some rows of another scorer as that one does.

    Args:
        whole: of more rows.
        rows: those wanted, in their new order, shape (n,).
    """

    def __init__(self, whole: Scorer, rows: Ints) -> None:
        self.model, self.features = whole.model, whole.features.of(rows)
        self.parts = whole.parts
        self._whole, self._rows = whole, rows
        self._known = self._remembered() if len(rows) <= MOST else None

    def _remembered(self) -> "_Known | None":
        looked_at = [one.comparison for one in self.parts]
        alike = Alike.of(self._whole.features, self._rows, looked_at)
        known = _Known(self._whole, self._rows, alike)
        return known if known.size <= _CELLS else None

    def stacks(self, left: Ints, right: Ints) -> Iterator[Stack]:
        """What each comparison adds, in the order of summing; see ``Scorer``."""
        if self._known is None:
            yield from self._whole.stacks(self._rows[left], self._rows[right])
        elif self.parts:
            yield self._known.stack(*_ordered(left, right))

    def score(self, left: Ints, right: Ints) -> Scores:
        """The log scores of pairs; see ``Scorer``."""
        if self._known is None:
            return self._whole.score(self._rows[left], self._rows[right])
        return self._known.score(*_ordered(left, right))


def _ordered(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    return np.minimum(left, right), np.maximum(left, right)


class _Known:
    """The weights of what some rows say, as far as they were asked for.

    Args:
        whole: weighs.
        rows: of it.
        alike: which of them say the same.

    Attributes:
        size: how many weights there may be.
    """

    def __init__(self, whole: Scorer, rows: Ints, alike: Alike) -> None:
        self._whole, self._rows, self._alike = whole, rows, alike
        cells = alike.many * alike.many
        self._asked_at = np.cumsum(cells) - cells
        wide = cells[alike.way]
        self._begin = np.cumsum(wide) - wide
        self._personal = np.array(
            [one.comparison.personal for one in whole.parts], dtype=np.bool_
        )
        self.size = int(wide.sum())
        self._asked = np.zeros(int(cells.sum()), dtype=np.bool_)
        self._level = np.empty(self.size, dtype=np.int8)
        self._term = np.empty(self.size)
        self._match, self._relative = np.empty(self.size), np.empty(self.size)

    def stack(self, left: Ints, right: Ints) -> Stack:
        """What each comparison adds."""
        self._weigh(left, right)
        alike = self._alike
        saying = alike.saying[alike.way]
        wide = alike.many[alike.way][:, None]
        at = self._begin[:, None] + saying[:, left] * wide + saying[:, right]
        return Stack(
            [one.comparison for one in self._whole.parts],
            self._level[at],
            self._term[at],
            self._match[at],
            self._relative[at],
        )

    def score(self, left: Ints, right: Ints) -> Scores:
        """The sums."""
        self._weigh(left, right)
        priors = self._whole.model.priors
        match = np.full(len(left), priors[0])
        relative = np.full(len(left), priors[1])
        personal = np.zeros(len(left))
        alike = self._alike
        _add_up(
            (left, right),
            (alike.way, alike.saying, alike.many, self._begin),
            (self._match, self._relative, self._personal),
            (match, relative, personal),
        )
        return summed(priors, match, relative, personal)

    def _weigh(self, left: Ints, right: Ints) -> None:
        """Weigh what was not asked for before."""
        alike = self._alike
        ways = len(alike.many)
        todo = np.empty(min(len(left) * ways, len(self._asked)), dtype=np.int64)
        ends = np.zeros(ways + 1, dtype=np.int64)
        _note(
            (left, right),
            (alike.saying, alike.many, self._asked_at),
            self._asked,
            (todo, ends),
        )
        if not ends[-1]:
            return
        told: list[Compared] = []
        places: list[Ints] = []
        parts: list[int] = []
        batches: dict[int, Batch] = {}
        for at, part in enumerate(self._whole.parts):
            way = int(alike.way[at])
            cell = todo[ends[way] : ends[way + 1]]
            if len(cell):
                if way not in batches:
                    one, other = np.divmod(cell, alike.many[way])
                    row = self._rows[alike.first[way, : alike.many[way]]]
                    batches[way] = Batch(self._whole.features, row[one], row[other])
                told.append(compare(part.comparison, batches[way], part.frequency))
                places.append(cell + self._begin[at])
                parts.append(part.place)
        level = np.concatenate([one.level for one in told])
        term = np.concatenate([one.term for one in told])
        place = np.concatenate(places)
        which = np.array(parts).repeat([len(one) for one in places])
        self._level[place], self._term[place] = level, term
        weights = self._whole.model.logs.weigh(which, level, term)
        self._match[place], self._relative[place] = weights


@numba.njit(cache=True, nogil=True)
def _note(
    pairs: tuple[Ints, Ints],
    alike: tuple[Codes, Ints, Ints],
    asked: Bools,
    out: tuple[Ints, Ints],
) -> None:
    """List the cells that pairs ask for the first time, way by way."""
    left, right = pairs
    saying, many, begin = alike
    todo, ends = out
    count = 0
    for way in range(len(many)):
        for at in range(len(left)):
            cell = saying[way, left[at]] * many[way] + saying[way, right[at]]
            if not asked[begin[way] + cell]:
                asked[begin[way] + cell] = True
                todo[count] = cell
                count += 1
        ends[way + 1] = count


@numba.njit(cache=True, nogil=True)
def _add_up(
    pairs: tuple[Ints, Ints],
    alike: tuple[Ints, Codes, Ints, Ints],
    weights: tuple[Floats, Floats, Bools],
    out: tuple[Floats, Floats, Floats],
) -> None:
    """Add the weights of all comparisons, in their order, to the log scores."""
    left, right = pairs
    ways, saying, many, begin = alike
    match, relative, personal = weights
    for part in range(len(ways)):
        way = ways[part]
        for at in range(len(left)):
            cell = saying[way, left[at]] * many[way] + saying[way, right[at]]
            weight = match[begin[part] + cell]
            out[0][at] += weight
            out[1][at] += relative[begin[part] + cell]
            if personal[part]:
                out[2][at] += min(weight, 0.0)
