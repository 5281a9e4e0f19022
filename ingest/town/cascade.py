"""Purchases: on one's own, or because somebody else bought (independent cascade).

Kempe, Kleinberg, Tardos 2003: whoever takes a product up gets one chance, with the
edge's probability, to move each neighbour. Delays are whole days. Both draws of an edge
are functions of (seed, edge, product), so arrival times are shortest paths over live
edges and can be relaxed in any order.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ingest.town.draw import Bools, Floats, Ints, stream, uniform
from ingest.town.network import Influence, Network
from ingest.town.people import DAYS, People

_MEAN_DELAY = 9.0  # days
_OWN_ACCORD = 0.085  # per person, product of their taste
_OTHER_TASTE = 0.3
NEVER = 10**6


@dataclass(frozen=True)
class Adoptions:
    """One row a person and product: the day within the year and who prompted it."""

    person: Ints
    product: Ints
    day: Ints
    by: Ints  # -1: unprompted
    trials: Ints  # per edge: products that the source took up early enough
    successes: Ints  # per edge: those in which its chance came up


def spread(
    people: People, network: Network, influence: Influence, products: int, seed: int
) -> Adoptions:
    """Let each product spread through the town for a year."""
    rng = stream(seed, "cascade")
    edges = len(influence.source)
    trials, successes = np.zeros(edges, np.int64), np.zeros(edges, np.int64)
    able = people.adult & ~network.never_buys
    rows: list[tuple[Ints, Ints, Ints, Ints]] = []
    for product in range(products):
        like = np.where(network.taste == product // 5, 1.0, _OTHER_TASTE)
        rate = _OWN_ACCORD * like * network.activity * able * (0.6 + 0.8 * rng.random())
        own = np.where(rng.random(len(people)) < rate, 1, 0)
        wave = rng.integers(0, DAYS, len(people))
        own = np.where(own == 1, wave, NEVER)
        live, delay = _edge_draws(influence, seed * 1000 + product)
        day, by = _arrivals(influence, own, live, delay)
        took = np.flatnonzero(day < DAYS)
        rows.append((took, np.full(len(took), product), day[took], by[took]))
        tried = day[influence.source] < DAYS
        trials += tried
        successes += tried & live
    person, item, day, by = (np.concatenate(part) for part in zip(*rows, strict=True))
    return Adoptions(person, item, day, by, trials, successes)


def _edge_draws(influence: Influence, salt: int) -> tuple[Bools, Ints]:
    edge = np.arange(len(influence.source))
    live = uniform(edge, salt * 2) < influence.probability
    draw = uniform(edge, salt * 2 + 1)
    return live, delays(draw)


def delays(draw: Floats) -> Ints:
    """Days from one purchase to the next: at least one, geometric beyond it."""
    tail = np.log1p(-draw) / np.log1p(-1.0 / _MEAN_DELAY)
    return 1 + tail.astype(np.int64)


def _arrivals(
    influence: Influence, own: Ints, live: Bools, delay: Ints
) -> tuple[Ints, Ints]:
    """Shortest arrival over live edges, by rounds of relaxation from what changed."""
    edge = np.flatnonzero(live)
    source, target = influence.source[edge], influence.target[edge]
    delay = delay[edge]
    day = own.copy()
    for _ in _rounds():
        reach = day[source] + delay
        better = reach < day[target]
        if not better.any():
            break
        np.minimum.at(day, target[better], reach[better])
    by = np.full(len(own), -1, dtype=np.int64)
    hit = (day[source] + delay == day[target]) & (day[target] < own[target])
    # Of several who reach on the same day the one with the highest number is written.
    by[target[hit]] = source[hit]
    return day, by


def _rounds() -> Iterator[int]:
    """A cascade of whole days cannot be longer than the year."""
    return iter(range(DAYS + 1))
