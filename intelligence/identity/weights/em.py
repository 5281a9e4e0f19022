"""Learning the weights from the records themselves, without labels.

Expectation–maximisation over three latent classes of pairs (Fellegi and Sunter 1969;
Winkler 1988): one party, relatives, strangers. What strangers do is measured on random
pairs; the other two are learned. Caps keep the classes apart: relatives may share a
surname, a dwelling, a phone, but hardly a given name, a birth date, a tax number.
"""

from dataclasses import dataclass

import numpy as np

from intelligence.arrays import Floats, Ints
from intelligence.identity.columns.fields import Features
from intelligence.identity.columns.packed import Levels
from intelligence.identity.columns.table import Codes
from intelligence.identity.comparisons.comparison import Batch, Comparison
from intelligence.identity.comparisons.registry import COMPARISONS
from intelligence.identity.weights.comparing import Compared, compare
from intelligence.identity.weights.log_weights import LogWeights
from intelligence.identity.weights.model import VERSION, Model, Terms, Weights
from intelligence.identity.weights.terms import counts, terms

RANDOM_PAIRS = 500_000
_ALL_PAIRS = 100_000
ITERATIONS = 25
_PRIOR = 20.0  # pairs that count beside a table's, as matches and of relatives
_FEW = 30.0
_CROWD = 0.2
_CAP, _CAP_TIMES, _CAP_MORE = 0.06, 3.0, 0.2
_LEAST = 0.2
_OWN, _OWN_OF_FEW, _SEEN = 0.75, 0.9, 500.0
_SMALL = 1000  # a smaller table is taken for a part of so large a one
_USUAL, _BETWEEN = 200.0, 0.005
_BEFORE = 3


@dataclass(frozen=True)
class Sample:
    """Pairs to learn from.

    Attributes:
        left: rows, shape (p,).
        right: rows.
        scale: how many pairs each stands for.
        rows: the records that are compared; of many equal ones only a few.
    """

    left: Ints
    right: Ints
    scale: float
    rows: Ints


@dataclass
class _Part:
    """One comparison while it is learned."""

    comparison: Comparison
    seen: Compared
    measured: Floats
    stranger: Floats
    match: Floats
    relative: Floats
    assumed: Floats
    related: Floats
    mean_term: float
    terms: Terms | None
    weight: float = 0.0

    def weights(self) -> Weights:
        return Weights(
            self.comparison.name,
            self.comparison.levels,
            tuple(self.match.tolist()),
            tuple(self.relative.tolist()),
            tuple(self.stranger.tolist()),
            self.mean_term,
            self.weight,
        )


def learn(features: Features, sample: Sample, without: frozenset[str]) -> Model:
    """Learn a model from the records.

    Args:
        features: of n records.
        sample: of the pairs that blocking brings together.
        without: ingredients to leave out: ``relative``, ``term_frequencies``,
            ``holders``.
    """
    parts = _parts(features, sample, without)
    rows = len(sample.rows)
    total = max(rows, 1) * max(rows - 1, _SMALL) / 2
    half = max(rows * 0.5, 1.0)
    expected = np.array([half, half, total])
    if "relative" in without:
        expected[1] = 1e-9
    for round_ in range(ITERATIONS):
        match, relative = _scores(parts, len(sample.left))
        class_ = _posterior(np.log(expected), match, relative)
        before = expected.copy()
        expected[0] = class_[0].sum() * sample.scale + min(half, _PRIOR)
        if "relative" not in without:
            expected[1] = class_[1].sum() * sample.scale + 1
        for part in parts:
            _learn(part, class_)
            if round_ > _BEFORE and not part.comparison.holders:
                _cleanse(part, expected / total)
        if round_ > 2 * _BEFORE and abs(expected / before - 1).max() < 1e-3:  # noqa: PLR2004
            break
    notes = [
        f"{part.comparison.name}: too few pairs to learn its weights; mostly assumed"
        for part in parts
        if part.weight < _FEW
    ]
    priors = np.log(expected / expected.sum())
    return Model(
        VERSION,
        features.script_keys,
        (float(priors[0]), float(priors[1]), float(priors[2])),
        tuple(part.weights() for part in parts),
        {part.comparison.name: part.terms for part in parts if part.terms is not None},
        tuple(notes),
        features.rows,
    )


def _parts(features: Features, sample: Sample, without: frozenset[str]) -> list[_Part]:
    return [
        _part(one, features, (sample, without))
        for one in COMPARISONS
        if one.name in features.active and not (one.even and "source" in without)
    ]


def _drawn(rows: Ints) -> tuple[Ints, Ints]:
    """Random pairs of records; of a few records all pairs, whatever their order."""
    count = len(rows)
    if count * (count - 1) // 2 <= _ALL_PAIRS:
        left, right = np.triu_indices(count, 1)
        return rows[left], rows[right]
    size = min(RANDOM_PAIRS, 20 * count)
    left, right = np.random.default_rng(1).integers(0, count, (2, size))
    apart = left != right
    return rows[left[apart]], rows[right[apart]]


def _part(
    comparison: Comparison,
    features: Features,
    settings: tuple[Sample, frozenset[str]],
) -> _Part:
    sample, without = settings
    kept, frequency, mean, share, rows = None, None, 0.0, 1.0, sample.rows
    if comparison.term and "term_frequencies" not in without:
        holders = comparison.holders and "holders" not in without
        local = counts(features, comparison, holders=holders)
        field = features.fields[comparison.term]
        said = field.codes[sample.rows]
        said = said[said >= 0]
        kept = terms(features, comparison, local, 0 if holders else len(said))
        frequency = kept.frequency(field.hashes[:-1], local)
        if comparison.personal and not holders:
            rows, said, share = _uncrowded(field.codes, rows, said, frequency)
        mean = float(frequency[said].mean()) / share if len(said) else 0.0
    level = compare(comparison, Batch(features, *_drawn(rows)), None).level
    measured = _measured(comparison, level, len(rows))
    stranger = measured.copy()
    if comparison.holders and mean and "holders" not in without:
        stranger[0] = mean
    match = _assumed(comparison)
    if comparison.even:
        match = stranger.copy()
    relative = stranger.copy()
    if comparison.relatives is not None:
        # They share a value, or agree as strangers do: by chance, often in a crowd.
        relative *= 1 - comparison.relatives
        relative[0] += comparison.relatives
    relative /= relative.sum()
    seen = compare(comparison, Batch(features, sample.left, sample.right), frequency)
    return _Part(
        comparison, seen, measured, stranger, match, relative, match.copy(),
        relative.copy(), mean, kept,
    )  # fmt: skip


def _uncrowded(
    codes: Codes, rows: Ints, said: Codes, frequency: Floats
) -> tuple[Ints, Codes, float]:
    """Rows and values without those that a fifth of the records and more say.

    Nobody's name is "Test"; among the others, who do not say it, names differ as often
    as anywhere. Agreement on it weighs nothing by its frequency.

    Returns:
        The rows, the values said, and their share of all; all of them and 1 where
        hardly any other value is said.
    """
    ordinary = said[frequency[said] <= _CROWD]
    if len(ordinary) < _FEW or len(ordinary) == len(said):
        return rows, said, 1.0
    crowded = (codes[rows] >= 0) & (frequency[codes[rows]] > _CROWD)
    return rows[~crowded.any(axis=1)], ordinary, len(ordinary) / len(said)


def _assumed(comparison: Comparison) -> Floats:
    """How often one party is at each level, to begin with: the further, the rarer."""
    rest = np.arange(len(comparison.levels) - 1, 0, -1.0)
    less = 1 - comparison.agree
    found: Floats = np.append(comparison.agree, less * rest / rest.sum())
    return found


def _measured(comparison: Comparison, level: Levels, rows: int) -> Floats:
    """How often random pairs are at each level; what is usual counts beside them."""
    size = len(comparison.levels)
    count = np.bincount(level[level >= 0], minlength=size) + 0.3
    usual = np.full(size, _BETWEEN / size)
    if comparison.even:
        usual[:] = 1 / size
    else:
        usual[0] = comparison.chance
        usual[-1] += 1 - usual.sum()
    few = min(1.0, rows * (rows - 1) / 2 / max(count.sum(), 1))
    count = count * few + _USUAL * usual
    return count / count.sum()


def _scores(parts: list[_Part], pairs: int) -> tuple[Floats, Floats]:
    match, relative = np.zeros(pairs), np.zeros(pairs)
    for part in parts:
        logs = LogWeights.of([part.weights()], [part.comparison.exact])
        one, other = logs.weigh(0, part.seen.level, part.seen.term)
        match += one
        relative += other
    return match, relative


def _posterior(priors: Floats, match: Floats, relative: Floats) -> Floats:
    """Probability of each class, shape (3, p)."""
    scores = np.stack(
        [priors[0] + match, priors[1] + relative, np.full(len(match), priors[2])]
    )
    if scores.size:
        scores -= scores.max(axis=0)
    found = np.exp(scores)
    return found / found.sum(axis=0)


def _learn(part: _Part, class_: Floats) -> None:
    known = part.seen.level >= 0
    level, size = part.seen.level[known], len(part.match)
    found = np.bincount(level, class_[0][known], minlength=size) * 1.0
    part.weight = float(found.sum())
    found += part.comparison.trusted * part.assumed
    part.match = _agreeing(part, found / found.sum())
    found = np.bincount(level, class_[1][known], minlength=size) * 1.0
    found += _PRIOR * part.related + 0.01
    part.relative = _capped(part, found / found.sum())


def _agreeing(part: _Part, match: Floats) -> Floats:
    """One party mostly agrees on what is one person's own, else it is none.

    The fewer pairs speak, the more is taken for granted.
    """
    levels = part.comparison.capped
    agree = match[:levels].sum()
    least = _OWN + (_OWN_OF_FEW - _OWN) * _SEEN / (_SEEN + part.weight)
    if not levels or agree >= least:
        return match
    match = match.copy()
    match[:levels] *= least / agree
    match[levels:] *= (1 - least) / (1 - agree)
    return match


def _capped(part: _Part, relative: Floats) -> Floats:
    """Relatives hardly agree on what is one person's own, least of all wholly."""
    for levels in sorted({1, part.comparison.capped} - {0}, reverse=True):
        if not part.comparison.capped:
            return relative
        chance = part.stranger[:levels].sum()
        most = min(max(_CAP, _CAP_TIMES * chance), chance + _CAP_MORE * (1 - chance))
        agree = relative[:levels].sum()
        if agree > most:
            relative = relative.copy()
            relative[:levels] *= most / agree
            rest = part.stranger[levels:]
            relative[levels:] = rest / rest.sum() * (1 - most)
    return relative


def _cleanse(part: _Part, shares: Floats) -> None:
    """Random pairs hold a few of one party and of relatives: take them out."""
    left = part.measured - shares[0] * part.match - shares[1] * part.relative
    left = np.maximum(left, _LEAST * part.measured)
    part.stranger = left / left.sum()
