"""Compiled steps on labels, pairs and levels, each beside a plain twin."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelligence.identity.clustering.labels import (
    Members,
    joined,
    numbered,
    renumbered,
)
from intelligence.identity.clustering.pooling import BEST, Groups, pooled
from intelligence.identity.comparisons.comparison import Batch
from intelligence.identity.comparisons.preparing import features
from intelligence.identity.engine import resolve
from intelligence.identity.index.lookups import beside
from intelligence.identity.online.settling import pairs_of
from intelligence.identity.weights.comparing import compare
from intelligence.identity.weights.model import Model
from intelligence.identity.weights.scoring import Part, Scorer
from tests.support.customers import mixed

N = 12
LABELS = st.lists(st.integers(0, N - 1), min_size=1, max_size=N)
PAIRS = st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)), max_size=20)
SETS = st.lists(st.lists(st.integers(0, N - 1), min_size=1, unique=True), max_size=4)


@given(LABELS)
def test_labels_are_numbered_and_their_rows_listed(labels: list[int]) -> None:
    label = np.array(labels, dtype=np.int64)
    once = sorted(set(labels))
    assert numbered(label).tolist() == [once.index(one) for one in labels]
    assert renumbered(label).tolist() == [labels.index(one) for one in labels]
    groups = [[r for r, x in enumerate(labels) if x == one] for one in range(N)]
    members = Members.of(label, N)
    rows = [
        members.rows[members.begin[one] : members.begin[one + 1]].tolist()
        for one in range(N)
    ]
    assert rows == groups
    several = [one for one in groups if len(one) > 1]
    listed, size = Members.of(label).several()
    assert listed.tolist() == [row for one in several for row in one]
    assert size.tolist() == [len(one) for one in several]


@given(LABELS, PAIRS, st.none() | st.sets(st.integers(0, N - 1)))
def test_pairs_of_clusters_are_those_that_pairs_of_rows_join(
    labels: list[int], pairs: list[tuple[int, int]], moved: set[int] | None
) -> None:
    label = numbered(np.array(labels, dtype=np.int64))
    told = label.tolist()
    met = [(a, b) for a, b in pairs if max(a, b) < len(told)]
    expected = {
        (min(told[a], told[b]), max(told[a], told[b]))
        for a, b in met
        if told[a] != told[b]
        and told.count(told[a]) * told.count(told[b]) > 1
        and (moved is None or told[a] in moved or told[b] in moved)
    }
    both = np.array(met, dtype=np.int64).reshape(-1, 2)
    changed = None if moved is None else np.isin(np.arange(N), list(moved))
    one, other = joined(label, (both[:, 0], both[:, 1]), changed)
    found = list(zip(one.tolist(), other.tolist(), strict=True))
    assert found == sorted(expected)


@given(SETS, SETS, st.sampled_from([0, 1_000]))
def test_pairs_to_compare_are_those_within_the_sets(
    stars: list[list[int]], parties: list[list[int]], beyond: int
) -> None:
    sets = [np.array(one) + beyond for one in (*stars, *parties)]
    expected = {
        (min(pair), max(pair))
        for one in sets
        for pair in combinations(one.tolist(), 2)
    }  # fmt: skip
    left, right = pairs_of(sets[: len(stars)], sets[len(stars) :])
    found = list(zip(left.tolist(), right.tolist(), strict=True))
    assert found == sorted(expected)


@pytest.fixture(scope="module")
def whole() -> Scorer:
    table = mixed(rows=120)
    model = Model.from_bytes(resolve(table).model)
    return Scorer(model, features(table))


@settings(max_examples=20)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=8), st.integers(0, 99))
def test_pooled_evidence_is_a_share_of_the_best_and_of_the_mean(
    whole: Scorer, sizes: list[int], seed: int
) -> None:
    owner = np.repeat(np.arange(len(sizes)), sizes)
    rng = np.random.default_rng(seed)
    left, right = rng.integers(0, whole.features.rows, (2, len(owner)))
    found = pooled(whole, Groups(left, right, owner, len(sizes)))
    stacks = list(whole.stacks(left, right))
    for group in range(len(sizes)):
        total = list(whole.model.priors[:2])
        for stack in stacks:
            for level, *weights in zip(
                stack.level, stack.match, stack.relative, strict=True
            ):
                heard = [w[(owner == group) & (level >= 0)] for w in weights]
                for at, some in enumerate(heard):
                    if len(some):
                        total[at] += BEST * some.max() + (1 - BEST) * some.mean()
        rest = np.logaddexp(total[1], whole.model.priors[2])
        assert found[group] == pytest.approx(total[0] - rest, abs=1e-9)


def _only(part: Part, batch: Batch, slots: tuple[int, int]) -> list[tuple[int, float]]:
    """(level, term) of each pair by one value of each side."""
    here = replace(batch, slots=slots)
    level = part.comparison.compare(here).tolist()
    if part.frequency is None:
        return [(one, 1.0) for one in level]
    codes = zip(*here.codes(part.comparison.term), strict=True)
    term = [max(part.frequency[a], part.frequency[b]) for a, b in codes]
    return list(zip(level, term, strict=True))


def test_of_several_values_those_that_agree_best_count(whole: Scorer) -> None:
    rng = np.random.default_rng(3)
    left, right = rng.integers(0, whole.features.rows, (2, 200))
    batch = Batch(whole.features, left, right)
    several = 0
    for part in whole.parts:
        if not (wide := part.comparison.wide):
            continue
        codes = whole.features.fields[wide].codes
        slots = list(product(range(codes.shape[1]), repeat=2))
        told = {one: _only(part, batch, one) for one in slots}
        found = compare(part.comparison, batch, part.frequency)
        for at, (a, b) in enumerate(zip(left, right, strict=True)):
            heard = [
                told[x, y][at] for x, y in slots
                if (x, y) == (0, 0) or (codes[a, x] >= 0 and codes[b, y] >= 0)
            ]  # fmt: skip
            heard = [one for one in heard if one[0] >= 0]
            several += len(heard) > 1
            best = min(heard, key=lambda one: one[0], default=(-1, 1.0))
            assert (found.level[at], found.term[at]) == best
    assert several > 100


@given(st.lists(st.integers(0, N)), st.lists(st.integers(0, N), unique=True))
def test_rows_stand_beside_those_that_come_first(
    rows: list[int], first: list[int]
) -> None:
    row, more = np.array(rows, dtype=np.int64), np.array(first, dtype=np.int64)
    every, place = beside(row, more)
    assert every.tolist() == [*first, *sorted(set(rows) - set(first))]
    assert every[place].tolist() == rows
