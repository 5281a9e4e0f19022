"""Random streams by name: a draw added to one module shifts no other module's."""

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]

_ALL = 2**64 - 1
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_STEP = np.uint64(0x9E3779B97F4A7C15)


def stream(seed: int, name: str) -> np.random.Generator:
    """The generator of one module, a function of the seed and the module's name."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def weighted(
    rng: np.random.Generator, shares: Sequence[float] | npt.NDArray[Any], size: int
) -> Ints:
    """Indices drawn in proportion to `shares`, by one search in their running sum."""
    edges: Floats = np.cumsum(np.asarray(shares, dtype=np.float64))
    points: Floats = rng.random(size) * float(edges[-1])
    found: Ints = np.digitize(points, edges)
    return np.minimum(found, len(edges) - 1).astype(np.int64)


def chance(rng: np.random.Generator, probability: float | Floats, size: int) -> Bools:
    """True where a coin of the given probability (one or one each) falls heads."""
    return rng.random(size) < probability


def mix(values: npt.NDArray[Any], salt: int) -> npt.NDArray[np.uint64]:
    """64 mixed bits of each integer (splitmix64): names for things without a draw."""
    mixed = values.astype(np.uint64) + np.uint64(salt & _ALL)
    mixed = mixed * _STEP + _STEP
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX_1
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX_2
    return mixed ^ (mixed >> np.uint64(31))


def mix_one(value: int, salt: int) -> int:
    """The same for one integer, without an array around it."""
    mixed = (value + salt) * int(_STEP) + int(_STEP) & _ALL
    mixed = (mixed ^ mixed >> 30) * int(_MIX_1) & _ALL
    mixed = (mixed ^ mixed >> 27) * int(_MIX_2) & _ALL
    return mixed ^ mixed >> 31


def uniform(values: npt.NDArray[Any], salt: int) -> Floats:
    """A number in [0, 1) for each integer: the same one whenever it is asked again."""
    return (mix(values, salt) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def texts(values: Sequence[Any]) -> Texts:
    """An object array of strings, to be indexed by arrays of integers."""
    out = np.empty(len(values), dtype=object)
    out[:] = list(values)
    return out
