"""Candidate links between records: what they share exactly, the surest first.

Records that share something are chained, never paired all with all: a phone that
200,000 records share costs as many steps and no more. Within a group the records are
ordered by name and again by birth date, so that those who may be one party stand
side by side.
"""

from dataclasses import dataclass

import numpy as np

from intelligence.arrays import Bools, Floats, Ints, distinct
from intelligence.identity.records import Records, Shared

RELIABILITY = {
    "tax": 0.995, "scoped": 0.97, "email": 0.96, "name_birth": 0.95, "phone": 0.93,
    "patronymic_birth": 0.93, "name_address": 0.93, "organization": 0.9,
}  # fmt: skip
"""How sure a link of each kind is, 0 to 1; set by hand until weights are learned.

Shared accounts and devices (``schema.FRAUD_KINDS``) are no links: who is who enters
every marketing score, and fraud evidence must not.
"""

PERSONAL = ("tax", "scoped", "email")
"""What two records share by being one party, unless something contradicts."""

HUB_NAMES = 8
"""An identifier that holders of more given names than this share is a hub (an agent's
phone, a kiosk, an office mailbox): there a given name alone proves nothing."""

NAMELESS_HOLDERS = 1_000
"""Records without a name join at an identifier that bears at most one name and that
at most so many records hold: each call of a caller may be a record of its own."""


@dataclass(frozen=True)
class Links:
    """Pairs of records, the surest first.

    Attributes:
        left: the lower row of each, shape (m,).
        right: the higher row.
        weight: reliability, 0 to 1.
    """

    left: Ints
    right: Ints
    weight: Floats


def find(records: Records, shared: Shared) -> Links:
    """Every link that the identifiers, names and birth dates of records support."""
    name = (records.given, records.family)
    company = np.where(records.organization == 1, records.given, -1)
    found = {
        kind: _by_identifier(records, *rows, personal=kind in PERSONAL)
        for kind, rows in shared.rows.items()
        if kind in RELIABILITY
    }
    found["name_birth"] = _by_key((*name, records.birth))
    found["patronymic_birth"] = _by_key(
        (records.given, records.patronymic, records.birth)
    )
    found["name_address"] = _by_key((*name, records.address))
    found["organization"] = _by_key((company,))
    kinds = list(RELIABILITY)
    left = np.concatenate([found[kind][0] for kind in kinds])
    right = np.concatenate([found[kind][1] for kind in kinds])
    weight = np.repeat(
        np.array(list(RELIABILITY.values())), [len(found[kind][0]) for kind in kinds]
    )
    return _ordered(np.minimum(left, right), np.maximum(left, right), weight)


def _ordered(low: Ints, high: Ints, weight: Floats) -> Links:
    """The links by falling weight, each pair once a weight."""
    order = np.lexsort((high, low, -weight))
    low, high, weight = low[order], high[order], weight[order]
    new = np.ones(len(low), dtype=np.bool_)
    new[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    new[1:] |= weight[1:] != weight[:-1]
    return Links(low[new], high[new], weight[new])


def _by_key(keys: tuple[Ints, ...]) -> tuple[Ints, Ints]:
    """Chain the records that agree in all keys and lack none."""
    rows = np.flatnonzero(np.logical_and.reduce([key >= 0 for key in keys]))
    return _chain(rows[np.lexsort((rows, *(key[rows] for key in keys)))], keys)


def _chain(order: Ints, keys: tuple[Ints, ...]) -> tuple[Ints, Ints]:
    same = np.logical_and.reduce([key[order][1:] == key[order][:-1] for key in keys])
    return order[:-1][same], order[1:][same]


def _by_identifier(
    records: Records, group: Ints, row: Ints, *, personal: bool
) -> tuple[Ints, Ints]:
    """Links among the holders of each identifier of one kind."""
    names, size = _names_and_size(group, records.given[row])
    families, _ = _names_and_size(group, records.family[row])
    given, family, birth = (
        records.given[row], records.family[row], records.birth[row],
    )  # fmt: skip
    by_name = np.lexsort((row, birth, family, given, group))
    by_birth = np.lexsort((row, family, given, birth, group))
    a, b = (
        np.concatenate(ends)
        for ends in zip(
            _chain(by_name, (group,)), _chain(by_birth, (group,)), strict=True
        )
    )
    few = (names[a] <= 1) & (families[a] <= 1) & (size[a] <= NAMELESS_HOLDERS)
    nameless = (given[a] < 0) | (given[b] < 0)
    sure = _proven(records, (row[a], row[b]), hub=names[a] > HUB_NAMES)
    sure |= nameless & few
    if personal:
        sure |= (given[a] < 0) & (given[b] < 0)
        sure |= _agree(records.birth, row[a], row[b])
        sure |= _agree(records.tax, row[a], row[b])
    return row[a][sure], row[b][sure]


def _names_and_size(group: Ints, given: Ints) -> tuple[Ints, Ints]:
    """Of each entry's group: how many given names, and how many entries."""
    if not len(group):
        return group, group
    _, number = distinct(group)
    named = given >= 0
    size = np.bincount(number)
    names = np.zeros_like(size)
    if named.any():
        first, _ = distinct(number[named], given[named])
        names += np.bincount(number[named][first], minlength=len(size))
    return names[number], size[number]


def _proven(records: Records, pair: tuple[Ints, Ints], *, hub: Bools) -> Bools:
    """Whether two holders of one identifier are also called or born alike."""
    given = _agree(records.given, *pair)
    family = _agree(records.family, *pair)
    birth = _agree(records.birth, *pair)
    other_family = ~family & (records.family[pair[0]] >= 0)
    other_family &= records.family[pair[1]] >= 0
    by_name = given & (~other_family | birth) & (~hub | family | birth)
    return by_name | (birth & family)


def _agree(trait: Ints, a: Ints, b: Ints) -> Bools:
    return (trait[a] >= 0) & (trait[a] == trait[b])
