import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelligence.identity.callers import (
    FITTED,
    HUB_FAMILIES,
    Claim,
    Known,
    Shares,
    shares,
    unseen,
)

CLAIMS = st.lists(
    st.builds(
        Claim,
        family=st.sampled_from("abcd"),
        calls=st.integers(0, 50),
        statements=st.integers(1, 50),
        doubt=st.floats(0, 50),
    ),
    max_size=12,
)
KNOWN = st.builds(Known, CLAIMS, st.floats(0, 200_000), st.booleans())


def alone(claims: list[Claim], further: float = 0.0) -> Shares:
    [found] = shares([Known(claims, further)])
    return found


def plainly(known: Known) -> tuple[list[float], float, bool]:
    """What ``shares`` says, an identifier at a time."""
    families = len({claim.family for claim in known.claims})
    joined = known.home and families > 1
    other = FITTED.home if known.home else FITTED.alone
    other += FITTED.family * max(families + known.unseen - 1 - joined, 0)
    other += FITTED.relative * (len(known.claims) - families + joined)
    weights = [
        (FITTED.call * max(claim.calls - claim.doubt, 0) + claim.statements)
        ** FITTED.sharpness
        for claim in known.claims
    ]
    whole = sum(weights) + other
    hub = families + known.unseen > HUB_FAMILIES
    return [weight / whole for weight in weights], other / whole, hub


@given(st.lists(KNOWN, max_size=6))
def test_all_shares_sum_to_one_and_many_are_told_as_each(known: list[Known]) -> None:
    for one, found in zip(known, shares(known), strict=True):
        assert found.parties.sum() + found.someone_else == pytest.approx(1, abs=1e-12)
        assert (found.parties > 0).all()
        assert found.someone_else > 0
        parties, someone_else, hub = plainly(one)
        assert found.parties.tolist() == pytest.approx(parties, rel=1e-12)
        assert found.someone_else == pytest.approx(someone_else, rel=1e-12)
        assert found.hub == hub


def test_nobody_is_known() -> None:
    found = alone([])
    assert (len(found.parties), found.someone_else, found.hub) == (0, 1.0, False)


def test_one_party_alone() -> None:
    found = alone([Claim("koval", calls=0, statements=1)])
    assert found.parties[0] == pytest.approx(1 / (1 + FITTED.alone))


def test_a_family_shares_and_strangers_bring_doubt() -> None:
    family = alone([Claim("koval", 0, 1)] * 4)
    strangers = alone([Claim(name, 0, 1) for name in "abcd"])
    assert family.parties == pytest.approx(
        [1 / (4 + FITTED.alone + 3 * FITTED.relative)] * 4
    )
    assert strangers.someone_else == pytest.approx(
        (FITTED.alone + 3 * FITTED.family) / (4 + FITTED.alone + 3 * FITTED.family)
    )


def test_a_call_raises_the_one_who_called() -> None:
    before = alone([Claim("koval", 0, 1)] * 4).parties
    after = alone([Claim("koval", 1, 1), *[Claim("koval", 0, 1)] * 3]).parties
    assert after[0] > 2 * before[0]
    assert (after[1:] < before[1:]).all()


def test_a_doubtful_call_raises_less_and_a_refuted_one_nobody() -> None:
    four = [Claim("koval", 0, 1)] * 3
    sure, likely, refuted = (
        alone([Claim("koval", 1, 1, doubt), *four]).parties[0]
        for doubt in (0.0, 0.55, 1.0)
    )
    assert sure > likely > refuted
    assert refuted == alone([Claim("koval", 0, 1), *four]).parties[0]
    # What is left of probabilities may sum to a little more than the calls.
    none = alone([Claim("koval", 2, 0, 2 + 1e-12), *four])
    assert none.parties[0] == 0
    assert none.parties.sum() + none.someone_else == pytest.approx(1, abs=1e-12)


def test_people_of_two_names_may_share_a_landline() -> None:
    couple = [Claim("koval", 0, 1), Claim("boiko", 0, 1)]
    three = [*couple, Claim("tkach", 0, 1)]
    [one, two, further] = shares(
        [Known(some, home=True) for some in ([couple[0]] * 2, couple, three)]
    )
    assert two.someone_else == one.someone_else
    other = FITTED.home + FITTED.relative + FITTED.family
    assert further.someone_else == pytest.approx(other / (3 + other))
    assert alone(couple).someone_else > 0.3


def test_a_hub_says_that_it_is_one() -> None:
    claims = [Claim("koval", 0, 1)]
    assert not alone(claims, HUB_FAMILIES - 1).hub
    hub = alone(claims, 200_000)
    assert hub.hub
    assert np.all(hub.parties < 1e-5)


def test_more_calls_of_those_who_were_seen_are_no_strangers() -> None:
    often = [Claim("koval", 98, 1), Claim("koval", 0, 1)]
    assert unseen(often, looked_at=100, total=100) == 0
    assert unseen(often, looked_at=100, total=300) == pytest.approx(2)
    strangers = [Claim(str(n), 0, 1) for n in range(100)]
    assert unseen(strangers, looked_at=100, total=300) == pytest.approx(200)


def test_on_a_landline_somebody_else_is_likelier() -> None:
    claims = [Claim("koval", 0, 1)]
    mobile, landline = shares([Known(claims), Known(claims, home=True)])
    assert mobile.someone_else < 0.05
    assert landline.someone_else > 0.3
