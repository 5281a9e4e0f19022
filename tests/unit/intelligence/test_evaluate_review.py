"""What answers bring, where the truth is known."""

from dataclasses import replace

import numpy as np
import pytest

from intelligence.evaluate.identity import Truth
from intelligence.evaluate.review import ROUND, Gain, gains
from tests.support.customers import customers


@pytest.fixture(scope="module")
def found() -> list[Gain]:
    """On a table in which only names and some dates of birth are told."""
    made, person = customers(300)
    table = replace(made, values={k: v for k, v in made.values.items() if k != "phone"})
    known = np.ones(len(person), dtype=np.bool_)
    return gains(table, Truth(np.array(person), known), most=ROUND + 10)


def test_both_ways_are_asked_as_often(found: list[Gain]) -> None:
    assert [(one.way, one.answers) for one in found] == [
        (way, answers)
        for way in ("queue", "random")
        for answers in (0, ROUND, ROUND + 10)
    ]
    assert all(one.changed <= one.answers for one in found)


def test_answers_of_the_queue_bring_more_than_random_ones(found: list[Gain]) -> None:
    queue, random = found[:3], found[3:]
    assert queue[0].quality == random[0].quality
    assert queue[2].quality.pairwise.f1 > queue[0].quality.pairwise.f1
    assert queue[2].quality.pairwise.f1 > random[2].quality.pairwise.f1
    assert queue[2].changed > random[2].changed
