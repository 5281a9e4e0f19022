import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelligence.identity.callers import (
    FITTED,
    HUB_FAMILIES,
    Claim,
    shares,
)

CLAIMS = st.lists(
    st.builds(
        Claim,
        family=st.sampled_from("abcd"),
        calls=st.integers(0, 50),
        statements=st.integers(1, 50),
    ),
    max_size=12,
)


@given(CLAIMS, st.integers(0, 200_000))
def test_all_shares_sum_to_one(claims: list[Claim], unseen: int) -> None:
    found = shares(claims, unseen)
    assert found.parties.sum() + found.someone_else == pytest.approx(1, abs=1e-12)
    assert (found.parties > 0).all()
    assert found.someone_else > 0


def test_nobody_is_known() -> None:
    found = shares([])
    assert (len(found.parties), found.someone_else, found.hub) == (0, 1.0, False)


def test_one_party_alone() -> None:
    found = shares([Claim("koval", calls=0, statements=1)])
    assert found.parties[0] == pytest.approx(1 / (1 + FITTED.alone))


def test_a_family_shares_and_strangers_bring_doubt() -> None:
    family = shares([Claim("koval", 0, 1)] * 4)
    strangers = shares([Claim(name, 0, 1) for name in "abcd"])
    assert family.parties == pytest.approx(
        [1 / (4 + FITTED.alone + 3 * FITTED.relative)] * 4
    )
    assert strangers.someone_else == pytest.approx(
        (FITTED.alone + 3 * FITTED.family) / (4 + FITTED.alone + 3 * FITTED.family)
    )


def test_a_call_raises_the_one_who_called() -> None:
    before = shares([Claim("koval", 0, 1)] * 4).parties
    after = shares([Claim("koval", 1, 1), *[Claim("koval", 0, 1)] * 3]).parties
    assert after[0] > 2 * before[0]
    assert (after[1:] < before[1:]).all()


def test_a_hub_says_that_it_is_one() -> None:
    claims = [Claim("koval", 0, 1)]
    assert not shares(claims, HUB_FAMILIES - 1).hub
    hub = shares(claims, 200_000)
    assert hub.hub
    assert np.all(hub.parties < 1e-5)
