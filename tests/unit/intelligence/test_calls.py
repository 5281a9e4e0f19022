"""Calls foretold by what came before them."""

import numpy as np
import pytest

from intelligence.evaluate.calls import Call, Statement, fitted, foretold, judged
from intelligence.identity.callers import FITTED, Claim, Habits, Known, Shares, shares


def of_one(claim: Claim, habits: Habits = FITTED) -> Shares:
    [found] = shares([Known([claim])], habits)
    return found


def test_a_call_is_foretold_by_what_came_before_it_alone() -> None:
    calls = [Call("1", "anna", 5), Call("1", "ivan", 9), Call("2", "zoya", 3)]
    statements = [Statement("1", "anna", 1), Statement("1", "petro", 7)]
    first, second = foretold(calls, statements, {"anna": "koval", "petro": "koval"})
    assert (first.claims, first.came) == ([Claim("koval", 0, 1)], 0)
    assert second.claims == [Claim("koval", 1, 1), Claim("koval", 0, 1)]
    assert second.came == -1


def test_what_is_judged_are_all_candidates_and_somebody_else() -> None:
    told = foretold([Call("1", "anna", 5)], [Statement("1", "anna", 1)], {})
    probability, truth = judged(told)
    expected = of_one(Claim("anna", 0, 1))
    assert probability.tolist() == [expected.parties[0], expected.someone_else]
    assert truth.tolist() == [True, False]


def test_fitting_finds_what_somebody_else_weighs() -> None:
    rng = np.random.default_rng(3)
    truth = Habits(alone=1.0)
    share = of_one(Claim("a", 0, 1), truth).parties[0]
    numbers = [str(n) for n in range(2_000)]
    came = rng.random(len(numbers)) < share
    calls = [
        Call(n, n if own else "another", 2)
        for n, own in zip(numbers, came, strict=True)
    ]
    told = foretold(calls, [Statement(n, n, 1) for n in numbers], {})
    found = fitted(told)
    share_found = of_one(Claim("a", 0, 1), found).parties[0]
    assert share_found == pytest.approx(came.mean(), abs=0.03)
    assert found.alone > 3 * FITTED.alone
