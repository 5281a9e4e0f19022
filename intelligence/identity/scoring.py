"""Scoring pairs with a model: log scores of the three classes, and what adds to them.

A pair's score of a class is the class's prior and the log weights of all comparisons,
summed in the order of the model. Weights are against strangers, who have none.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from intelligence.arrays import Bools, Floats, Ints
from intelligence.identity.comparing import Compared, compare
from intelligence.identity.comparisons.comparison import Comparison
from intelligence.identity.comparisons.registry import COMPARISONS
from intelligence.identity.fields import Features
from intelligence.identity.model import Model, Weights
from intelligence.identity.terms import counts


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


_PERSONAL = 0.3
_LEAST = 1e-9


class Scorer:
    """A model made ready for the records at hand."""

    def __init__(
        self, model: Model, features: Features, *, holders: bool = True
    ) -> None:
        self.model, self.features = model, features
        named = {one.name: one for one in COMPARISONS}
        self.parts = [
            (
                named[one.comparison],
                one,
                self._frequency(named[one.comparison], holders),
            )
            for one in model.weights
            if one.comparison in features.active
        ]

    def _frequency(self, comparison: Comparison, holders: bool) -> Floats | None:  # noqa: FBT001 - private
        kept = self.model.terms.get(comparison.name)
        if kept is None:
            return None
        local = self.local(comparison, holders=holders)
        field = self.features.fields[comparison.term]
        return kept.frequency(field.hashes[:-1], local)

    def local(self, comparison: Comparison, *, holders: bool) -> Floats:
        """How often each value of a comparison's term is said, by code."""
        return counts(self.features, comparison, holders=holders)

    def weigh(self, left: Ints, right: Ints) -> Iterator[Weighed]:
        """What each comparison adds, in the order of summing.

        Args:
            left: rows, shape (p,).
            right: rows, shape (p,).
        """
        pairs = self.features, left, right
        for comparison, weights, frequency in self.parts:
            compared = compare(comparison, pairs, frequency)
            yield Weighed(
                comparison, compared, *log_weights(comparison, weights, compared)
            )

    def score(self, left: Ints, right: Ints) -> Scores:
        """The log scores of pairs; see ``weigh``."""
        priors = self.model.priors
        match, relative = np.full(len(left), priors[0]), np.full(len(left), priors[1])
        personal = np.zeros(len(left))
        for one in self.weigh(left, right):
            match += one.match
            relative += one.relative
            if one.comparison.personal:
                personal += np.minimum(one.match, 0)
        against = np.minimum(match - priors[0], match - relative)
        against = np.minimum(against, 0) + _PERSONAL * personal
        return Scores(match, relative, np.full(len(left), priors[2]), against)


def log_weights(
    comparison: Comparison, weights: Weights, compared: Compared
) -> tuple[Floats, Floats]:
    """Log weights for a match and for relatives, adjusted for a value's frequency.

    Agreement on a rare value weighs more: its probability among strangers is as many
    times smaller than theirs in all. Relatives either share a value, or agree as
    strangers do.
    """
    stranger = np.array([*weights.stranger, 1.0])
    ratio = np.array([*weights.match, 1.0]) / stranger
    alike = np.array([*weights.relative, 1.0]) / stranger
    match, relative = np.log(ratio)[compared.level], np.log(alike)[compared.level]
    mean = weights.mean_term
    if mean > 0:
        at = np.flatnonzero((compared.level >= 0) & (compared.level < comparison.exact))
        chance = min(weights.stranger[0], 1.0)
        term = compared.term[at] * (chance / mean)
        match[at] += np.log(chance / term)
        rest = max(1 / chance - 1, _LEAST)
        share = np.clip((alike[compared.level[at]] - 1) / rest, 0, 1)
        relative[at] = np.log(share / term + 1 - share)
    return weights.slope * match, weights.slope * relative
