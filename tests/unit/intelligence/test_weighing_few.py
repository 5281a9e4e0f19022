"""Pairs weighed few at a time, many at once, again and again: always the same."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pytest

from intelligence.arrays import Ints
from intelligence.identity.clustering.pooling import Groups, pooled
from intelligence.identity.columns.fields import Features, Field
from intelligence.identity.comparisons.comparison import Batch
from intelligence.identity.comparisons.preparing import features
from intelligence.identity.comparisons.registry import COMPARISONS
from intelligence.identity.engine import resolve
from intelligence.identity.online.remembering import MOST, Remembering
from intelligence.identity.weights.comparing import compare
from intelligence.identity.weights.model import Model
from intelligence.identity.weights.scoring import Scorer, Stack
from tests.support.customers import mixed


class Watched(dict[str, Field]):
    """Fields, and which of them were looked at."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        super().__init__(fields)
        self.seen = set[str]()

    def __getitem__(self, name: str) -> Field:
        self.seen.add(name)
        return super().__getitem__(name)


@pytest.fixture(scope="module", params=[False, True], ids=["letters", "sounds"])
def whole(request: pytest.FixtureRequest) -> Scorer:
    """A scorer of a table in which every comparison has something to compare."""
    table = mixed(rows=300)
    model = Model.from_bytes(resolve(table).model)
    ready = features(table, script_keys=request.param)
    scorer = Scorer(model, ready)
    assert {one.comparison.name for one in scorer.parts} == {
        one.name for one in COMPARISONS
    }
    return scorer


def pairs_of(rows: int) -> tuple[Ints, Ints]:
    left, right = np.triu_indices(rows, 1)
    return left, right


def one_by_one(scorer: Scorer, left: Ints, right: Ints) -> Stack:
    """Each comparison by itself, without memory."""
    batch = [Batch(scorer.features, left, right) for _ in scorer.parts]
    told = [
        compare(part.comparison, some, part.frequency)
        for part, some in zip(scorer.parts, batch, strict=True)
    ]
    weights = [
        scorer.model.logs.weigh(part.place, one.level, one.term)
        for part, one in zip(scorer.parts, told, strict=True)
    ]
    return Stack(
        [part.comparison for part in scorer.parts],
        np.stack([one.level for one in told]),
        np.stack([one.term for one in told]),
        np.stack([match for match, _ in weights]),
        np.stack([relative for _, relative in weights]),
    )


def columns(stacks: Iterator[Stack]) -> tuple[list[str], list[bytes]]:
    """Names, and the bytes of all that the comparisons say, in their order."""
    every = [one for stack in stacks for one in stack.each()]
    told = [
        (one.compared.level, one.compared.term, one.match, one.relative)
        for one in every
    ]
    return (
        [one.comparison.name for one in every],
        [np.ascontiguousarray(cell).tobytes() for row in told for cell in row],
    )


def test_a_comparison_reads_the_fields_that_it_names_and_its_term(
    whole: Scorer,
) -> None:
    left, right = pairs_of(whole.features.rows)
    for part in whole.parts:
        fields = Watched(whole.features.fields)
        ready: Features = replace(whole.features, fields=fields)
        compare(part.comparison, Batch(ready, left, right), part.frequency)
        assert fields.seen <= set(part.comparison.reads), part.comparison.name
        if part.comparison.reads:
            sources = replace(whole.features, source=whole.features.source[::-1])
            one = compare(part.comparison, Batch(ready, left, right), None)
            other = compare(part.comparison, Batch(sources, left, right), None)
            assert (one.level == other.level).all()


def test_many_comparisons_at_once_weigh_as_each_alone(whole: Scorer) -> None:
    for rows in (3, 40, 300):  # one stack, one stack, several
        left, right = pairs_of(rows)
        alone = one_by_one(whole, left, right)
        assert columns(whole.stacks(left, right)) == columns(iter([alone]))


@pytest.mark.parametrize("count", [1, 2, 40, 61, 250])
def test_what_is_remembered_weighs_the_same_bit_for_bit(
    whole: Scorer, count: int
) -> None:
    rng = np.random.default_rng(count)
    rows = rng.permutation(whole.features.rows)[:count]
    few = Remembering(whole, rows)
    left, right = pairs_of(count)
    for some in np.array_split(rng.permutation(len(left)), 3):
        one, other = left[some], right[some]
        expected = one_by_one(whole, rows[one], rows[other])
        assert columns(few.stacks(other, one)) == columns(iter([expected]))
        scores, known = few.score(one, other), whole.score(rows[one], rows[other])
        for name in ("match", "relative", "stranger", "against"):
            assert (getattr(scores, name) == getattr(known, name)).all(), name


def test_more_rows_than_are_remembered_weigh_the_same(whole: Scorer) -> None:
    rows = np.arange(MOST + 1) % whole.features.rows
    few = Remembering(whole, rows)
    left, right = np.arange(MOST), np.arange(1, MOST + 1)
    expected = whole.score(rows[left], rows[right])
    assert (few.score(left, right).odds == expected.odds).all()
    one = columns(few.stacks(left, right))
    assert one == columns(whole.stacks(rows[left], rows[right]))


def test_pooled_evidence_is_the_same_however_it_is_stacked(whole: Scorer) -> None:
    rng = np.random.default_rng(3)
    size = rng.integers(1, 37, 60)
    owner = np.repeat(np.arange(60), size)
    left, right = rng.integers(0, 150, (2, len(owner)))
    groups = Groups(left, right, owner, 60)
    few = Remembering(whole, np.arange(150))
    expected = pooled(whole, groups)
    both = np.minimum(left, right), np.maximum(left, right)
    assert (pooled(few, groups) == pooled(whole, Groups(*both, owner, 60))).all()
    each = [
        pooled(
            whole,
            Groups(left[owner == at], right[owner == at], owner[owner == at] * 0, 1),
        )
        for at in range(60)
    ]
    assert (np.concatenate(each) == expected).all()
