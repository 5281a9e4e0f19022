"""Scoring pairs with a model: log scores of the three classes, and what adds to them.

A pair's score of a class is the class's prior and the log weights of all comparisons,
summed in the order of the model. Weights are against strangers, who have none.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np

from intelligence.arrays import Bools, Floats, Ints
from intelligence.identity.columns.fields import Features
from intelligence.identity.columns.packed import Levels
from intelligence.identity.comparisons.comparison import Batch, Comparison
from intelligence.identity.comparisons.registry import COMPARISONS
from intelligence.identity.weights.comparing import Compared, compare
from intelligence.identity.weights.model import Model
from intelligence.identity.weights.terms import counts


@dataclass(frozen=True)
class Weighed:
    """What one comparison adds to the log scores of some pairs, shape (p,) each.

    Attributes:
        comparison: which.
        compared: levels and frequencies.
        match: log weight for a match, 0 where it says nothing.
        relative: log weight for relatives.
    """

    comparison: Comparison
    compared: Compared
    match: Floats
    relative: Floats

    @property
    def known(self) -> Bools:
        """Where both sides say something."""
        return self.compared.level >= 0


@dataclass(frozen=True)
class Scores:
    """Log scores of some pairs, shape (p,) each.

    ``against`` is at most 0: evidence against a match, where what is merely missing
    does not count; disagreement on what belongs to one person counts more.
    """

    match: Floats
    relative: Floats
    stranger: Floats
    against: Floats

    @property
    def odds(self) -> Floats:
        """Log odds of a match."""
        return self.match - np.logaddexp(self.relative, self.stranger)


@dataclass(frozen=True)
class Stack:
    """What c comparisons add to the log scores of p pairs, shape (c, p) each.

    Attributes:
        comparisons: which, in the order of summing.
        level: -1 where a comparison says nothing.
        term: frequencies, see ``Compared``.
        match: log weight for a match.
        relative: log weight for relatives.
    """

    comparisons: Sequence[Comparison]
    level: Levels
    term: Floats
    match: Floats
    relative: Floats

    def each(self) -> Iterator[Weighed]:
        """One comparison after the other."""
        for at, one in enumerate(self.comparisons):
            compared = Compared(self.level[at], self.term[at])
            yield Weighed(one, compared, self.match[at], self.relative[at])


@dataclass(frozen=True)
class Part:
    """A comparison that has something to compare.

    Attributes:
        comparison: which.
        place: of its weights in the model.
        frequency: of its term's values by code, with 1 at the end for none.
    """

    comparison: Comparison
    place: int
    frequency: Floats | None


_NAMED = {one.name: one for one in COMPARISONS}
_PERSONAL = 0.3
_CELLS = 16_384
"""Weights of as many comparisons and pairs are looked up at a time."""


class Scorer:
    """A model made ready for the records at hand."""

    def __init__(
        self, model: Model, features: Features, *, holders: bool = True
    ) -> None:
        self.model, self.features = model, features
        self.parts = [
            Part(comparison, at, self._frequency(comparison, holders))
            for at, one in enumerate(model.weights)
            if one.comparison in features.active
            and (comparison := _NAMED[one.comparison])
        ]

    def only(self, names: frozenset[str]) -> "Scorer":
        """The same by some of the comparisons, as far as it has them."""
        found = copy(self)
        found.parts = [one for one in self.parts if one.comparison.name in names]
        return found

    def _frequency(self, comparison: Comparison, holders: bool) -> Floats | None:  # noqa: FBT001 - private
        kept = self.model.terms.get(comparison.name)
        if kept is None:
            return None
        local = self.local(comparison, holders=holders)
        field = self.features.fields[comparison.term]
        grown = self.model.grown(self.records)
        return kept.frequency(field.hashes[:-1], local, grown)

    @property
    def records(self) -> int:
        """How many records stand around those at hand, these included."""
        return self.features.rows

    def local(self, comparison: Comparison, *, holders: bool) -> Floats:
        """How often each value of a comparison's term is said, by code."""
        return counts(self.features, comparison, holders=holders)

    def weigh(self, left: Ints, right: Ints) -> Iterator[Weighed]:
        """What each comparison adds, in the order of summing.

        Args:
            left: rows, shape (p,).
            right: rows, shape (p,).
        """
        for stack in self.stacks(left, right):
            yield from stack.each()

    def stacks(self, left: Ints, right: Ints) -> Iterator[Stack]:
        """The same, many comparisons at a time where pairs are few; see ``weigh``."""
        batch, pairs = Batch(self.features, left, right), len(left)
        many = max(1, _CELLS // max(pairs, 1))
        for first in range(0, len(self.parts), many):
            some = self.parts[first : first + many]
            told = [compare(one.comparison, batch, one.frequency) for one in some]
            level = np.concatenate([one.level for one in told])
            term = np.concatenate([one.term for one in told])
            which = np.array([one.place for one in some], dtype=np.int64)
            which = np.repeat(which, pairs) if len(some) > 1 else some[0].place
            match, relative = self.model.logs.weigh(which, level, term)
            shape = len(some), pairs
            yield Stack(
                [one.comparison for one in some],
                level.reshape(shape),
                term.reshape(shape),
                match.reshape(shape),
                relative.reshape(shape),
            )

    def score(self, left: Ints, right: Ints) -> Scores:
        """The log scores of pairs; see ``weigh``."""
        priors = self.model.priors
        match, relative = np.full(len(left), priors[0]), np.full(len(left), priors[1])
        personal = np.zeros(len(left))
        for stack in self.stacks(left, right):
            for at, comparison in enumerate(stack.comparisons):
                match += stack.match[at]
                relative += stack.relative[at]
                if comparison.personal:
                    personal += np.minimum(stack.match[at], 0)
        return summed(priors, match, relative, personal)


def summed(
    priors: tuple[float, float, float],
    match: Floats,
    relative: Floats,
    personal: Floats,
) -> Scores:
    """The scores of pairs whose weights are added up.

    Args:
        priors: of the classes.
        match: log scores of a match, shape (p,).
        relative: of relatives.
        personal: what disagreement on what belongs to one person adds to them.
    """
    against = np.minimum(match - priors[0], match - relative)
    against = np.minimum(against, 0) + _PERSONAL * personal
    return Scores(match, relative, np.full(len(match), priors[2]), against)
