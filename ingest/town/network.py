"""Ties: of blood, of marriage, of work and of friendship, and who moves whom."""

from dataclasses import dataclass

import numpy as np

from ingest.town.draw import Bools, Floats, Ints, chance, stream
from ingest.town.people import DAYS, HIS_MOTHER, START_DAY, People
from ingest.town.work import Work

SPOUSE, PARENT, SIBLING, IN_LAW, COLLEAGUE, FRIEND, NEIGHBOUR = range(7)
KINDS = (
    "spouse", "parent", "sibling", "in_law", "colleague", "friend", "neighbour",
)  # fmt: skip
_BASE = np.array([0.15, 0.08, 0.07, 0.04, 0.03, 0.065, 0.015])
_HIGHEST, _LOWEST = 0.75, 0.002
_NEVER_BUY = 0.17
CATEGORIES = 8


@dataclass(frozen=True)
class Network:
    """Undirected ties; for PARENT, `one` is the parent of `other`."""

    one: Ints
    other: Ints
    kind: Ints
    since: Ints  # days since 1970-01-01
    taste: Ints  # per person: the category of goods that friends have in common
    activity: Floats  # per person, mean 1
    never_buys: Bools


@dataclass(frozen=True)
class Influence:
    """Directed edges in CSR order: `source` moves `target` with `probability`."""

    start: Ints
    source: Ints
    target: Ints
    probability: Floats
    kind: Ints


def weave(people: People, work: Work, seed: int) -> Network:
    """Draw all ties of the town."""
    rng = stream(seed, "network")
    count = len(people)
    taste = _tastes(people, rng)
    blocks = [_family(people), _colleagues(people, work, rng)]
    blocks.append(_friends(people, taste, rng))
    pairs = np.concatenate([block[0] for block in blocks])
    kinds = np.concatenate([block[1] for block in blocks])
    pairs, kinds = _once(pairs, kinds, count)
    return Network(
        pairs[:, 0], pairs[:, 1], kinds, _since(people, pairs, kinds, rng), taste,
        rng.gamma(1.6, 1 / 1.6, count), chance(rng, _NEVER_BUY, count),
    )  # fmt: skip


def _tastes(people: People, rng: np.random.Generator) -> Ints:
    """Tastes follow age and district, which also make friends."""
    band = people.age // 9
    habit = (band * 5 + people.household // 40 + people.sex * 3) % CATEGORIES
    odd = chance(rng, 0.35, len(people))
    return np.where(odd, rng.integers(0, CATEGORIES, len(people)), habit)


def _family(people: People) -> tuple[Ints, Ints]:
    ids = np.arange(len(people))
    wed = ids[(people.spouse > ids)]
    pairs = [np.stack([wed, people.spouse[wed]], 1)]
    kinds = [np.full(len(wed), SPOUSE)]
    for parent in (people.father, people.mother):
        child = ids[parent >= 0]
        pairs.append(np.stack([parent[child], child], 1))
        kinds.append(np.full(len(child), PARENT))
        married = child[people.spouse[child] >= 0]
        pairs.append(np.stack([parent[married], people.spouse[married]], 1))
        kinds.append(np.full(len(married), IN_LAW))
    pairs.append(_siblings(people, ids))
    kinds.append(np.full(len(pairs[-1]), SIBLING))
    return np.concatenate(pairs), np.concatenate(kinds)


def _siblings(people: People, ids: Ints) -> Ints:
    child = ids[(people.mother >= 0) & (people.role != HIS_MOTHER)]
    order = child[np.argsort(people.mother[child], kind="stable")]
    found = [order[:0].reshape(0, 2).repeat(2, 1)[:, :2]]
    for step in (1, 2):
        one, other = order[:-step], order[step:]
        same = people.mother[one] == people.mother[other]
        found.append(np.stack([one[same], other[same]], 1))
    return np.concatenate([block.reshape(-1, 2) for block in found])


def _colleagues(
    people: People, work: Work, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Colleagues who know each other: neighbours in a row ordered by firm and age."""
    staff = np.flatnonzero(work.employer >= 0)
    key = people.birth[staff] + rng.normal(0, 2000, len(staff))
    staff = staff[np.lexsort((key, work.employer[staff]))]
    found: list[Ints] = []
    for step in (1, 2, 3):
        one, other = staff[:-step], staff[step:]
        keep = work.employer[one] == work.employer[other]
        keep &= chance(rng, 0.8, len(one))
        found.append(np.stack([one[keep], other[keep]], 1))
    pairs = np.concatenate(found)
    return pairs, np.full(len(pairs), COLLEAGUE)


def _friends(
    people: People, taste: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """A small world: near ones in age, district and taste, and some at random."""
    grown = np.flatnonzero(people.adult)
    count = len(grown)
    found: list[Ints] = []
    kinds: list[Ints] = []
    near = people.household[grown] + rng.normal(0, 6, count)
    for key, kind, share in (
        (
            taste[grown] * 1000 + people.age[grown] + rng.normal(0, 2, count),
            FRIEND,
            0.7,
        ),
        (people.age[grown] // 12 * 10**7 + near, FRIEND, 0.6),
        (near, NEIGHBOUR, 0.5),
    ):
        row = grown[np.argsort(key, kind="stable")]
        step = rng.geometric(0.3, count)
        to = np.minimum(np.arange(count) + step, count - 1)
        keep = rng.random(count) < share
        found.append(np.stack([row, row[to]], 1)[keep])
        kinds.append(np.full(int(keep.sum()), kind))
    far = int(count * 0.35)
    found.append(grown[rng.integers(0, count, (far, 2))])
    kinds.append(np.full(far, FRIEND))
    # Some are known by many: half of the random ties lead to a twentieth of the town.
    known = grown[rng.permutation(count)[: max(1, count // 20)]]
    found.append(
        np.stack(
            [known[rng.integers(0, len(known), far)], rng.permutation(grown)[:far]], 1
        )
    )
    kinds.append(np.full(far, FRIEND))
    return np.concatenate(found), np.concatenate(kinds)


def _once(pairs: Ints, kinds: Ints, count: int) -> tuple[Ints, Ints]:
    """Keep the first tie of each pair: kin before colleague before friend."""
    real = pairs[:, 0] != pairs[:, 1]
    pairs, kinds = pairs[real], kinds[real]
    low, high = pairs.min(axis=1), pairs.max(axis=1)
    _, first = np.unique(low * count + high, return_index=True)
    first.sort()
    return pairs[first], kinds[first]


def _since(people: People, pairs: Ints, kinds: Ints, rng: np.random.Generator) -> Ints:
    younger = people.birth[pairs].max(axis=1)
    known = START_DAY - rng.integers(0, 12 * DAYS, len(pairs))
    late = chance(rng, 0.1, len(pairs))
    known[late] = START_DAY + rng.integers(0, DAYS - 60, int(late.sum()))
    known = np.maximum(known, younger + 6 * DAYS)
    blood = np.isin(kinds, (PARENT, SIBLING))
    return np.where(blood, younger, np.minimum(known, START_DAY + DAYS - 1))


def influence(people: People, network: Network, seed: int) -> Influence:
    """Give each direction of each tie its probability; some people move many."""
    rng = stream(seed, "influence")
    count = len(people)
    voice = np.clip(rng.lognormal(-0.35, 0.85, count), 0.02, 5.0)
    ear = np.clip(rng.lognormal(-0.1, 0.45, count), 0.1, 2.5)
    source = np.concatenate([network.one, network.other])
    target = np.concatenate([network.other, network.one])
    kind = np.concatenate([network.kind, network.kind])
    p = np.minimum(_BASE[kind] * voice[source] * ear[target], _HIGHEST)
    able = people.adult & ~network.never_buys
    keep = able[source] & able[target] & (p > _LOWEST)
    order = np.flatnonzero(keep)
    order = order[np.lexsort((target[order], source[order]))]
    start = np.searchsorted(source[order], np.arange(count + 1))
    return Influence(start, source[order], target[order], p[order], kind[order])
