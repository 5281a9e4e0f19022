"""Records that say nothing of one party's own: a call, a login, a bare company name.

What they do say, a phone or an account, may be a household's. Such a record never helps
to join others. It goes to a party if that one is likelier than all others, and nobody,
together; where several fit it stays alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from intelligence.arrays import Bools, Floats, Ints, distinct
from intelligence.identity.clustering.clustering import Kept
from intelligence.identity.clustering.pooling import odds_between
from intelligence.identity.columns.fields import Features
from intelligence.identity.weights.scoring import Scorer

OWN = ("given", "birth", "tax_id", "document")
"""Fields that hold what is one person's own."""

SITE = ("dwelling", "tax_id", "document")
"""Fields that hold an organization's own; its name is its chain's."""

_MOST = 50.0
_MANY, _ENOUGH, _TENTH = 0.25, 100, 10


@dataclass(frozen=True)
class Shares:
    """To which parties bare records may belong, shape (s,) each.

    Attributes:
        row: the record.
        party: label of a party that may be its own.
        share: the probability of this one, among all of the record's and none.
        nobody: that none of them is.
    """

    row: Ints
    party: Ints
    share: Floats
    nobody: Floats


def bare(features: Features) -> Bools:
    """Which records say nothing of one party's own, shape (n,)."""
    firm, silent = features.organization == 1, _silent(features, OWN)
    if not firm.any():
        return silent
    return np.where(firm, _silent(features, SITE), silent)


def telling(features: Features, rows: Ints) -> Ints:
    """The records to learn from: without bare ones of people, where these are many.

    A thousand calls of a hundred callers say how often calls repeat, not how often two
    records of people are of one.

    Args:
        features: of all records.
        rows: those that are compared.
    """
    firm = features.organization[rows] == 1
    lone = bare(features)[rows] & ~firm
    others = int((~firm & ~lone).sum())
    many = lone.sum() > _MANY * max(int((~firm).sum()), 1)
    enough = others and others >= min(_ENOUGH, lone.sum() / _TENTH)
    return rows[~lone] if many and enough else rows


def _silent(features: Features, names: Sequence[str]) -> Bools:
    """Which records say nothing in any of some fields."""
    found = np.ones(features.rows, dtype=np.bool_)
    for name in names:
        field = features.field(name)
        if field is not None:
            found &= field.first < 0
    return found


def among(kept: Kept, rows: Bools) -> Kept:
    """The pairs of which both ends are among some rows."""
    some = rows[kept.left] & rows[kept.right]
    return Kept(kept.left[some], kept.right[some], kept.odds[some])


def shares(scorer: Scorer, label: Ints, kept: Kept, lone: Bools) -> Shares:
    """Share out bare records among the parties that they were compared with.

    Args:
        scorer: weighs the pairs of records.
        label: the party of each record, shape (n,); of a bare one it is not read.
        kept: compared pairs.
        lone: which records are bare.
    """
    crossing = lone[kept.left] != lone[kept.right]
    left, right = kept.left[crossing], kept.right[crossing]
    row, other = np.where(lone[left], left, right), np.where(lone[left], right, left)
    first, _ = distinct(row, label[other])
    row, other = row[first], other[first]
    apart = np.where(lone, int(label.max(initial=0)) + 1 + np.arange(len(label)), label)
    _, apart = distinct(apart)
    # one of several phones suffices: what counts is the record that fits best
    odds = odds_between(scorer, apart, (apart[row], apart[other]), best=1.0)
    weight = np.exp(np.clip(odds, -_MOST, _MOST))
    total = 1 + np.bincount(row, weight, minlength=len(label))
    return Shares(row, label[other], weight / total[row], 1 / total[row])


def attached(label: Ints, found: Shares) -> tuple[Ints, Bools]:
    """Parties with the bare records that go to one, and which of them might go to some.

    Args:
        label: the party of each record, shape (n,).
        found: see ``shares``.

    Returns:
        The parties, and which bare records are likelier somebody's than nobody's.
    """
    sure = found.share > 0.5  # noqa: PLR2004 - likelier than all else together
    joined = label.copy()
    joined[found.row[sure]] = found.party[sure]
    somebody = np.zeros(len(label), dtype=np.bool_)
    somebody[found.row[found.nobody < 0.5]] = True  # noqa: PLR2004
    return joined, somebody
