"""Which blocks are worth their pairs, by what a sample of the pairs shows.

Blocks of one key and of about one size are a class. A class that brings hardly a match
that no other class brings costs time and finds nobody: it goes, the poorest first, and
what it leaves to others counts for them from then on. The odds are the engine's own, so
no labels are needed. (Learning blocking from labels: Bilenko, Kamath and Mooney 2006.)
"""
# pyright: reportUntypedFunctionDecorator=false

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numba
import numpy as np

from intelligence.arrays import Bools, Floats, Ints, listed
from intelligence.identity.blocking.blocking import Blocks, shared
from intelligence.identity.blocking.key_kinds import LARGEST
from intelligence.identity.columns.table import Codes
from intelligence.identity.weights.model import LeftOut

DRAWN = 300_000
"""Pairs drawn, at most."""

WORTH = 0.001
"""Matches among a hundred pairs that only one class brings, at least: a tenth."""

SEED = 1
_WIDER = 8  # pairs are drawn from so many times as many, or few blocks would tell
_SIZES = np.array([2, 3, 4, 5, 7, 10, 15, 22, 33, 50, 75, 110])
_MEETING = 0.05  # what passing by a pair that another block has costs, in comparisons
_UNSEEN = 1.0  # matches that a sample may have missed


@dataclass(frozen=True)
class Drawn:
    """Some of the pairs that blocks bring, in random order.

    Attributes:
        left: rows, shape (p,).
        right: rows.
        scale: how many pairs each stands for.
        whole: whether these are all pairs.
    """

    left: Ints
    right: Ints
    scale: float
    whole: bool


def drawn(found: Blocks, most: int = DRAWN) -> Drawn:
    """Draw pairs; all of them where there are no more than ``most``."""
    share = min(1.0, _WIDER * most / max(found.pairs, 1))
    some = found if share == 1 else found.sample(share, SEED)
    parts = list(some.batches())
    none = np.empty(0, dtype=np.int64)
    left = np.concatenate([none, *(one for one, _ in parts)])
    right = np.concatenate([none, *(other for _, other in parts)])
    every = len(left)
    chosen = np.random.default_rng(SEED).permutation(every)[:most]
    scale = every / max(len(chosen), 1) / share
    whole = share == 1 and every <= most
    return Drawn(left[chosen], right[chosen], scale, whole)


def worthless(
    found: Blocks, pairs: Drawn, probability: Floats, names: Mapping[int, str]
) -> tuple[LeftOut, ...]:
    """The classes that are not worth their pairs; none, where all pairs were drawn.

    Args:
        found: all blocks.
        pairs: drawn from them.
        probability: of a match, of each of these.
        names: of the keys, by number.
    """
    if pairs.whole:
        return ()
    size = np.searchsorted(_SIZES, found.sizes, "right") - 1
    keys, key = np.unique(found.of, return_inverse=True)
    of = (key.reshape(-1) * len(_SIZES) + size).astype(np.int32)
    classes = np.full((len(pairs.left), len(found.kind)), -1, dtype=np.int32)
    _shared((found.block, found.kind), of, (pairs.left, pairs.right), classes)
    pair, _ = np.nonzero(classes >= 0)
    begin = np.searchsorted(pair, np.arange(len(pairs.left) + 1))
    class_ = classes[classes >= 0]
    count = len(keys) * len(_SIZES)
    by_class = np.argsort(class_, kind="stable")
    first = np.searchsorted(class_[by_class], np.arange(count + 1))
    alive = _eliminated((class_, begin), (pair[by_class], first), probability)
    struck = np.flatnonzero(~alive)
    ends = np.append(_SIZES[1:] - 1, LARGEST)
    key, size = np.divmod(struck, len(_SIZES))
    return tuple(
        LeftOut(names[kind], least, most)
        for kind, least, most in zip(
            listed(keys[key]), listed(_SIZES[size]), listed(ends[size]), strict=True
        )
    )


def wanted(names: Mapping[int, str], left_out: Iterable[LeftOut]) -> dict[int, Bools]:
    """Of each kind of key whether blocks of so many records are compared.

    Args:
        names: of the keys, by number.
        left_out: what a model leaves out.

    Returns:
        By kind, by number of records, shape (``LARGEST`` + 1,).
    """
    by_name = {name: np.ones(LARGEST + 1, dtype=np.bool_) for name in names.values()}
    for one in left_out:
        if one.key in by_name:
            by_name[one.key][one.least : one.most + 1] = False
    return {kind: by_name[name] for kind, name in names.items()}


def without(
    found: Blocks, names: Mapping[int, str], left_out: Iterable[LeftOut]
) -> Blocks:
    """The blocks but for what a model leaves out."""
    kinds = wanted(names, left_out)
    kept = np.ones(len(found.of), dtype=np.bool_)
    for kind in np.unique(found.of).tolist():
        here = found.of == kind
        kept[here] = kinds[kind][found.sizes[here]]
    return found if kept.all() else found.only(kept)


@numba.njit(cache=True, nogil=True)
def _shared(
    known: tuple[Codes, Ints], of: Codes, pairs: tuple[Ints, Ints], out: Codes
) -> None:
    """The classes of the blocks that two records share, each class once a pair."""
    block, kind = known
    left, right = pairs
    for at in range(len(left)):
        begin = 0
        for x in range(len(kind)):
            if kind[x] != kind[begin]:
                begin = x
            mine = shared(block, kind, (left[at], right[at]), x)
            if mine >= 0 and not (out[at, begin:x] == of[mine]).any():
                out[at, x] = of[mine]


def _eliminated(
    by_pair: tuple[Codes, Ints], by_class: tuple[Ints, Ints], probability: Floats
) -> Bools:
    """Strike out the class of least worth until all that are left are worth it.

    Args:
        by_pair: classes of all pairs, one after the other, and where each begins.
        by_class: pairs of all classes, and where each begins.
        probability: of each pair.

    Returns:
        Whether each class is left.
    """
    class_, begin = by_pair
    pair, first = by_class
    cover = np.diff(begin)
    lone = np.flatnonzero(cover == 1)
    own = class_[begin[lone]]
    count = len(first) - 1
    pairs = np.bincount(own, minlength=count).astype(np.float64)
    matches = np.zeros(count)
    np.add.at(matches, own, probability[lone])
    passed = _MEETING * np.diff(first)
    alive = np.ones(count, dtype=np.bool_)
    while True:
        worth = (matches + _UNSEEN) / np.maximum(pairs + passed, 1)
        worth[~alive] = np.inf
        poorest = int(worth.argmin())
        if worth[poorest] >= WORTH:
            return alive
        alive[poorest] = False
        struck = pair[first[poorest] : first[poorest + 1]]
        _strike((class_, begin, cover), struck, probability, alive, (pairs, matches))


@numba.njit(cache=True, nogil=True)
def _strike(
    by_pair: tuple[Codes, Ints, Ints],
    struck: Ints,
    probability: Floats,
    alive: Bools,
    worth: tuple[Floats, Floats],
) -> None:
    """Pairs lose a class; those with one left are from then on that one's own."""
    class_, begin, cover = by_pair
    pairs, matches = worth
    for at in struck:
        cover[at] -= 1
        if cover[at] == 1:
            for one in class_[begin[at] : begin[at + 1]]:
                if alive[one]:
                    pairs[one] += 1
                    matches[one] += probability[at]
