"""Which blocks are worth their pairs."""

import numpy as np

from intelligence.arrays import Ints
from intelligence.identity.blocking.blocking import Blocks, blocks
from intelligence.identity.blocking.keys import KeyColumn
from intelligence.identity.weights.model import LeftOut
from intelligence.identity.weights.yields import Drawn, drawn, without, worthless

ROWS = 6_000
PARTY, CROWD, RARE = 3, 5, 8
NAMES = {PARTY: "party", CROWD: "crowd", RARE: "rare"}


def _blocks() -> tuple[Blocks, Ints]:
    """Parties of two under one key; crowds of twenty under another, by chance."""
    rng = np.random.default_rng(5)
    party = rng.permutation(np.arange(ROWS) // 2)
    crowd = rng.permutation(np.arange(ROWS) // 20)
    keys = [
        KeyColumn(PARTY, _hashed(party, party % 2 == 0)),
        KeyColumn(CROWD, _hashed(crowd, np.ones(ROWS, dtype=bool))),
        KeyColumn(RARE, _hashed(party, party % 2 == 1)),
    ]
    return blocks(ROWS, keys), party


def _hashed(values: Ints, kept: np.ndarray) -> np.ndarray:
    mixed = (values.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    return np.where(kept, mixed, np.uint64(0))


def _pairs(found: Blocks) -> set[tuple[int, int]]:
    return {
        pair
        for left, right in found.batches(10_000)
        for pair in zip(left.tolist(), right.tolist(), strict=True)
    }


def _judged(found: Blocks, some: Drawn, party: Ints) -> Blocks:
    matches = (party[some.left] == party[some.right]) * 1.0
    return without(found, NAMES, worthless(found, some, matches, NAMES))


def test_a_key_that_finds_nobody_goes_and_every_match_stays() -> None:
    found, party = _blocks()
    some = drawn(found, 20_000)
    kept = _judged(found, some, party)
    assert set(found.kind.tolist()) == {PARTY, CROWD, RARE}
    assert set(kept.kind.tolist()) == {PARTY, RARE}
    matches = {pair for pair in _pairs(found) if party[pair[0]] == party[pair[1]]}
    assert _pairs(kept) == matches
    assert len(matches) == ROWS // 2
    assert kept.pairs == ROWS // 2


def test_a_sample_stands_for_all_pairs_that_the_blocks_bring() -> None:
    found, party = _blocks()
    every = _pairs(found)
    some = drawn(found, 20_000)
    assert not some.whole
    assert set(zip(some.left.tolist(), some.right.tolist(), strict=True)) <= every
    assert abs(len(some.left) * some.scale / len(every) - 1) < 0.05
    matches = (party[some.left] == party[some.right]).sum() * some.scale
    assert abs(matches / (ROWS // 2) - 1) < 0.1


def test_a_small_table_keeps_all_its_blocks() -> None:
    found, party = _blocks()
    some = drawn(found)
    assert some.whole
    assert some.scale == 1
    assert _judged(found, some, party) is found


def test_a_key_stays_while_no_other_brings_its_matches() -> None:
    rng = np.random.default_rng(6)
    party = np.arange(ROWS) // 2
    crowd = rng.permutation(ROWS // 2)[party] // 10  # blocks of 20, partners together
    every = np.ones(ROWS, dtype=bool)
    poor = [KeyColumn(CROWD, _hashed(crowd, every))]
    alone = blocks(ROWS, poor)
    beside = blocks(ROWS, [KeyColumn(PARTY, _hashed(party, every)), *poor])
    kept = _judged(alone, drawn(alone, 20_000), party)
    fewer = _judged(beside, drawn(beside, 20_000), party)
    assert kept.pairs == alone.pairs
    assert fewer.pairs == ROWS // 2


def test_what_is_left_out_is_told_by_the_keys_name_and_by_sizes() -> None:
    found, party = _blocks()
    some = drawn(found, 20_000)
    matches = (party[some.left] == party[some.right]) * 1.0
    assert worthless(found, some, matches, NAMES) == (LeftOut("crowd", 15, 21),)
    every = without(found, NAMES, [LeftOut("crowd", 2, 19), LeftOut("other", 2, 150)])
    assert every is found
    fewer = without(found, NAMES, [LeftOut("party", 2, 2), LeftOut("crowd", 21, 150)])
    assert set(fewer.kind.tolist()) == {CROWD, RARE}
