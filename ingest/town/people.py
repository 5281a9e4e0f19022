"""People in households: who lives with whom, of what age, sex and language."""

from dataclasses import dataclass

import numpy as np

from ingest.town.draw import Bools, Ints, chance, stream, weighted

HUSBAND, WIFE, CHILD, SINGLE, MOTHER, HIS_MOTHER, HER_FATHER, HER_MOTHER, MATE = range(
    9
)
ROLES = (
    "husband", "wife", "child", "single", "single_parent",
    "husbands_mother", "wifes_father", "wifes_mother", "flatmate",
)  # fmt: skip
_TEMPLATES: tuple[tuple[float, tuple[int, ...]], ...] = (
    (0.30, (SINGLE,)),
    (0.18, (HUSBAND, WIFE)),
    (0.15, (HUSBAND, WIFE, CHILD)),
    (0.13, (HUSBAND, WIFE, CHILD, CHILD)),
    (0.03, (HUSBAND, WIFE, CHILD, CHILD, CHILD)),
    (0.06, (MOTHER, CHILD)),
    (0.03, (MOTHER, CHILD, CHILD)),
    (0.04, (HUSBAND, WIFE, CHILD, HIS_MOTHER)),
    (0.03, (HUSBAND, WIFE, CHILD, CHILD, HER_FATHER, HER_MOTHER)),
    (0.03, (MATE, MATE)),
    (0.02, (MATE, MATE, MATE)),
)
_CULTURE_SHARES = (0.62, 0.30, 0.08)
_YEAR = 365.2425
ADULT_YEARS = 16
END_DAY = int(np.datetime64("2026-07-01").astype("datetime64[D]").astype(np.int64))
DAYS = 365
START_DAY = END_DAY - DAYS


@dataclass(frozen=True)
class People:
    """One entry a person; people of a household stand together. -1 means nobody."""

    household: Ints
    role: Ints
    culture: Ints
    sex: Ints  # 0 woman, 1 man
    birth: Ints  # days since 1970-01-01
    father: Ints
    mother: Ints
    spouse: Ints
    absent_father: Ints  # fathers outside the town: siblings share one

    def __len__(self) -> int:
        return len(self.household)

    @property
    def adult(self) -> Bools:
        """Those old enough to be anybody's customer throughout the year."""
        return self.birth < START_DAY - ADULT_YEARS * _YEAR

    @property
    def age(self) -> Ints:
        """Full years at the end of the town's year."""
        return ((END_DAY - self.birth) / _YEAR).astype(np.int64)

    @property
    def households(self) -> int:
        """How many households there are."""
        return int(self.household[-1]) + 1


def populate(count: int, seed: int) -> People:
    """Draw `count` people in families; a last household may be cut to fit."""
    rng = stream(seed, "people")
    household, role, slot_of = _households(count, rng)
    number = int(household[-1]) + 1
    culture = weighted(rng, _CULTURE_SHARES, number)[household]
    sex = _sexes(role, rng)
    birth = _births(household, role, slot_of, rng)
    spouse = _partner(slot_of, HUSBAND, WIFE, role, household)
    father, mother = _parents(household, role, slot_of)
    people = People(
        household, role, culture, sex, birth, father, mother, spouse, household.copy()
    )
    _grown_children(people, rng)
    return people


def _households(count: int, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    sizes = np.array([len(roles) for _, roles in _TEMPLATES])
    kinds = weighted(rng, [share for share, _ in _TEMPLATES], count)
    ends = np.cumsum(sizes[kinds])
    number = int(np.searchsorted(ends, count)) + 1
    kinds = kinds[:number]
    household = np.repeat(np.arange(number), sizes[kinds])[:count]
    flat = np.concatenate([np.array(roles) for _, roles in _TEMPLATES])
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    begin = np.concatenate([[0], np.cumsum(sizes[kinds])[:-1]])
    role = flat[first[kinds][household] + np.arange(count) - begin[household]]
    slots = np.full((number, len(ROLES)), -1, dtype=np.int64)
    order = np.arange(count)[::-1]  # the first of several children stays
    slots[household[order], role[order]] = order
    return household, role, slots


def _sexes(role: Ints, rng: np.random.Generator) -> Ints:
    sex = rng.integers(0, 2, len(role))
    sex[np.isin(role, (HUSBAND, HER_FATHER))] = 1
    sex[np.isin(role, (WIFE, MOTHER, HIS_MOTHER, HER_MOTHER))] = 0
    return sex


def _births(household: Ints, role: Ints, slots: Ints, rng: np.random.Generator) -> Ints:
    count = len(role)
    has_child = slots[:, CHILD] >= 0
    has_old = (slots[:, HIS_MOTHER] >= 0) | (slots[:, HER_MOTHER] >= 0)
    number = len(slots)
    head = np.where(
        has_child,
        rng.triangular(26, 38, 62, number),
        rng.triangular(19, 40, 85, number),
    )
    head = np.where(has_old, rng.triangular(25, 33, 48, number), head)
    age = head[household] + rng.uniform(-2.5, 2.5, count)
    age = np.where(role == WIFE, age - 1.5, age)
    age = np.maximum(age, 18.5)
    grown = np.minimum(head[household] - 23.0, 32.0)
    child = role == CHILD
    age[child] = (0.5 + rng.random(count) * np.maximum(grown - 0.5, 1.0))[child]
    old = np.isin(role, (HIS_MOTHER, HER_FATHER, HER_MOTHER))
    age[old] = (head[household] + rng.uniform(21, 32, count))[old]
    flatmate = role == MATE
    age[flatmate] = rng.triangular(18, 22, 40, count)[flatmate]
    return (END_DAY - age * _YEAR).astype(np.int64)


def _partner(slots: Ints, one: int, other: int, role: Ints, household: Ints) -> Ints:
    spouse = np.full(len(role), -1, dtype=np.int64)
    for mine, yours in ((one, other), (other, one), (HER_FATHER, HER_MOTHER)):
        rows = role == mine
        spouse[rows] = slots[household[rows], yours]
    rows = role == HER_MOTHER
    spouse[rows] = slots[household[rows], HER_FATHER]
    return spouse


def _parents(household: Ints, role: Ints, slots: Ints) -> tuple[Ints, Ints]:
    father = np.full(len(role), -1, dtype=np.int64)
    mother = father.copy()
    child = role == CHILD
    father[child] = slots[household[child], HUSBAND]
    wife = slots[household[child], WIFE]
    mother[child] = np.where(wife >= 0, wife, slots[household[child], MOTHER])
    rows = role == HUSBAND
    mother[rows] = slots[household[rows], HIS_MOTHER]
    rows = role == WIFE
    father[rows] = slots[household[rows], HER_FATHER]
    mother[rows] = slots[household[rows], HER_MOTHER]
    return father, mother


def _grown_children(people: People, rng: np.random.Generator) -> None:
    """Give some young heads of household parents who live elsewhere in town."""
    young = np.isin(people.role, (HUSBAND, WIFE, SINGLE))
    young &= (people.mother < 0) & (people.father < 0) & chance(rng, 0.45, len(people))
    for culture in range(3):
        mothers = np.flatnonzero(
            (people.role == WIFE) & (people.culture == culture) & (people.spouse >= 0)
        )
        mothers = mothers[np.argsort(people.birth[mothers], kind="stable")]
        children = np.flatnonzero(young & (people.culture == culture))
        if not len(mothers):
            continue
        gap = rng.uniform(19, 36, len(children)) * _YEAR
        at = np.searchsorted(people.birth[mothers], people.birth[children] - gap)
        at = np.clip(at + rng.integers(-3, 4, len(children)), 0, len(mothers) - 1)
        found = mothers[at]
        apart = people.birth[children] - people.birth[found]
        fits = (apart > 18 * _YEAR) & (apart < 45 * _YEAR)
        father = people.spouse[found]
        fits &= people.birth[children] - people.birth[father] > 18 * _YEAR
        people.mother[children[fits]] = found[fits]
        people.father[children[fits]] = father[fits]
