"""Why two records are, or are not, held to be of one party: field by field.

The figures are the scorer's own: the priors and the log weights, summed in the order
given, are the scores of the three classes bit for bit, and their softmax is the
probability.
"""

import math
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from intelligence.arrays import Ints, listed
from intelligence.identity.columns.table import Column, RecordTable
from intelligence.identity.weights.scoring import Scorer, Weighed


class Classes(msgspec.Struct, frozen=True, kw_only=True):
    """A figure for each class: one party, relatives, strangers."""

    match: float
    relative: float
    stranger: float


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What one comparison says.

    Attributes:
        comparison: its name.
        level: the outcome; "" where a side says nothing, which weighs nothing.
        weight: log weight for each class, against strangers.
    """

    comparison: str
    level: str
    weight: Classes


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What both records say of an attribute, canonical and as written."""

    attribute: str
    left: list[str]
    right: list[str]
    left_raw: list[str]
    right_raw: list[str]


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """How a pair of records was weighed.

    Attributes:
        left: id of one record.
        right: id of the other.
        prior: log probability of each class of any pair.
        parts: in the order of summing.
        score: log score of each class: prior and weights, summed in order.
        probability: of each class, 0 to 1, together 1.
    """

    left: str
    right: str
    prior: Classes
    parts: list[Part]
    score: Classes
    probability: Classes


class Explanation(Weights, frozen=True, kw_only=True):
    """A pair of records, explained; ``said`` is what both say."""

    said: list[Said]


def explain(
    scorer: Scorer, table: RecordTable, pairs: Sequence[tuple[int, int]]
) -> list[Explanation]:
    """Explain pairs of rows of a table, in the order given.

    Args:
        scorer: with the features of the table.
        table: the records.
        pairs: rows.
    """
    left = np.array([a for a, _ in pairs], dtype=np.int64)
    right = np.array([b for _, b in pairs], dtype=np.int64)
    weighed = weights_of(scorer, table.ids, left, right)
    values, raw = _told(table.values, pairs), _told(table.raw, pairs)
    return [
        with_said(one, _said(a, b, values, raw))
        for one, (a, b) in zip(weighed, pairs, strict=True)
    ]


def with_said(weights: Weights, said: list[Said]) -> Explanation:
    """A weighed pair with what both say."""
    return Explanation(
        left=weights.left,
        right=weights.right,
        prior=weights.prior,
        parts=weights.parts,
        score=weights.score,
        probability=weights.probability,
        said=said,
    )


def weights_of(
    scorer: Scorer, ids: Sequence[str], left: Ints, right: Ints
) -> list[Weights]:
    """How pairs of rows are weighed, in the order given.

    Args:
        scorer: with the features of the records.
        ids: of the records.
        left: rows, shape (p,).
        right: rows, shape (p,).
    """
    weighed = list(scorer.weigh(left, right)) if len(left) else []
    return [
        _one(scorer.model.priors, (ids[a], ids[b]), [_part(w, at) for w in weighed])
        for at, (a, b) in enumerate(zip(listed(left), listed(right), strict=True))
    ]


Told = Mapping[str, Mapping[int, list[str]]]


def _one(
    priors: tuple[float, float, float], pair: tuple[str, str], parts: list[Part]
) -> Weights:
    match, relative = priors[0], priors[1]
    for part in parts:
        match += part.weight.match
        relative += part.weight.relative
    score = Classes(match=match, relative=relative, stranger=priors[2])
    return Weights(
        left=pair[0],
        right=pair[1],
        prior=Classes(match=priors[0], relative=priors[1], stranger=priors[2]),
        parts=parts,
        score=score,
        probability=softmax(score),
    )


def _part(one: Weighed, place: int) -> Part:
    level = int(one.compared.level[place])
    return Part(
        comparison=one.comparison.name,
        level=one.comparison.levels[level] if level >= 0 else "",
        weight=Classes(
            match=float(one.match[place]),
            relative=float(one.relative[place]),
            stranger=0.0,
        ),
    )


def softmax(score: Classes) -> Classes:
    """Probabilities of the classes from their log scores."""
    scores = (score.match, score.relative, score.stranger)
    highest = max(scores)
    shares = [math.exp(one - highest) for one in scores]
    total = math.fsum(shares)
    match, relative, stranger = (share / total for share in shares)
    return Classes(match=match, relative=relative, stranger=stranger)


def _told(
    columns: Mapping[str, Column], pairs: Sequence[tuple[int, int]]
) -> dict[str, dict[int, list[str]]]:
    """What the rows of some pairs say, by attribute and row."""
    rows = np.unique(np.array(pairs, dtype=np.int64).reshape(-1))
    found: dict[str, dict[int, list[str]]] = {}
    for name, column in columns.items():
        begin = np.searchsorted(column.owner, rows)
        end = np.searchsorted(column.owner, rows, side="right")
        found[name] = {
            int(row): [column.texts[code] for code in column.code[first:last]]
            for row, first, last in zip(rows, begin, end, strict=True)
            if last > first
        }
    return found


def _said(a: int, b: int, values: Told, raw: Told) -> list[Said]:
    none: Mapping[int, list[str]] = {}
    found = [
        Said(
            attribute=name,
            left=values.get(name, none).get(a, []),
            right=values.get(name, none).get(b, []),
            left_raw=raw.get(name, none).get(a, []),
            right_raw=raw.get(name, none).get(b, []),
        )
        for name in sorted({*values, *raw})
    ]
    return [s for s in found if s.left or s.right or s.left_raw or s.right_raw]
