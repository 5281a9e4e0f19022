"""The records that a few others may be of one party with, read from index and store.

The index says who comes near, and of which party these are: whoever asks keeps it
abreast of all that rewires parties (``abreast``). What people decided is read from the
store; so is who is of which party where that hangs on decisions, or an asked record is
there already, and how old parties are where that settles a tie.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from graph.store import GraphStore
from intelligence.arrays import Ints, listed
from intelligence.identity.clustering.clustering import Kept
from intelligence.identity.clustering.components import Pairs
from intelligence.identity.clustering.labels import Members
from intelligence.identity.engine import Decided
from intelligence.identity.online.port import Asked, Index, Little
from intelligence.identity.online.remembering import Remembering
from intelligence.identity.online.settling import settled
from intelligence.identity.reviewing.decisions import stands, tied
from intelligence.jobs.around.membership import Membership, Told, read
from intelligence.jobs.deciding.ledger import around, is_any_decided


@dataclass(frozen=True)
class Surroundings:
    """Records asked about, with all records of the parties that they may be of.

    Attributes:
        little: the records; those asked about come first.
        asked: how many those are.
        near: of each of them, the rows that clustering may join to it.
        now: the parties as they are.
        parties: their ids, sorted.
        party: of each row, a place in ``parties``, or -1, shape (n,).
        stands: what people decided about the rows.
        at: the watermark up to which all of this is known.
    """

    little: Little
    asked: int
    near: list[list[int]]
    now: Membership | Told
    parties: list[str]
    party: Ints
    stands: Decided
    at: int

    @cached_property
    def members(self) -> list[Ints]:
        """The rows of each of ``parties``, ascending."""
        told = Members.of(self.party + 1, len(self.parties) + 1)  # of none first
        return [told.rows[begin:end] for begin, end in pairwise(listed(told.begin[1:]))]

    def older(self, place: int) -> tuple[int, str]:
        """What sorts the oldest party first; reads the store for that."""
        return self.now.age(self.parties[place]), self.parties[place]

    def settled(self) -> Ints:
        """Of each row the least row of its party by the batch's rules."""
        return self.weighed()[0]

    def weighed(self) -> tuple[Ints, Kept]:
        """The same, with the pairs that were compared and are not plainly strangers."""
        stars = [self._star(row, near) for row, near in enumerate(self.near)]
        return settled(self.little.scorer, stars, self.members, self.stands)

    def _star(self, row: int, near: Sequence[int]) -> Ints:
        """A row asked about, and all rows of the parties that it comes near."""
        met = np.zeros(len(self.parties) + 1, dtype=np.bool_)
        met[self.party[[row, *near]]] = True
        met[-1] = False
        star = met[self.party]
        star[near] = True
        star[row] = False
        return np.append(row, star.nonzero()[0])


def survey(
    store: GraphStore,
    index: Index,
    asked: Sequence[Asked] = (),
    stored: Sequence[str] = (),
    *,
    decided: bool | None = None,
    trusted: bool = False,
) -> Surroundings:
    """Read what is around some records.

    Args:
        store: what to read; the index has caught up with it.
        index: of all its records.
        asked: records as they would be once written; or
        stored: records that the index holds, by id.
        decided: whether people ever decided anything; None: the store is asked.
        trusted: whether the index is abreast of all that rewires parties or erases.
    """
    at = index.watermark
    names = [one.id for one in asked] if asked else list(stored)
    told = index.near(asked) if asked else index.near_stored(names)
    decided = is_any_decided(store) if decided is None else decided
    near = _with_partners(store, names, told.found) if decided else told.found
    now = (
        Told(told.homes, store)
        if trusted and told.whole and not decided
        else read(store, set(names).union(*near), likely=told.homes)
    )
    others = set(names)
    wanted = [*names, *(one for one in now.records if one not in others)]
    little = _little(index, asked, told.little, wanted)
    place = {key: row for row, key in enumerate(little.ids)}
    if not asked:
        names, near = _held(names, near, place)
    parties = sorted(now.parties)
    number = {key: place for place, key in enumerate(parties)}
    home = {record: number[party] for record, party in now.party.items()}
    party = [home.get(one, -1) for one in little.ids]
    return Surroundings(
        little,
        len(names),
        [sorted(place[one] for one in found if one in place) for found in near],
        now,
        parties,
        np.array(party, dtype=np.int64),
        _decided(store, little.ids, place) if decided else Decided(),
        at,
    )


def _little(
    index: Index, asked: Sequence[Asked], near: Little, wanted: Sequence[str]
) -> Little:
    """The records wanted, out of those met already if all of them are there."""
    place = {key: row for row, key in enumerate(near.ids)}
    if not all(one in place for one in wanted):
        near = index.little(asked, wanted[len(asked) :])
        place = {key: row for row, key in enumerate(near.ids)}
    ids = [one for one in wanted if one in place]
    rows = np.array([place[one] for one in ids], dtype=np.int64)
    return Little(ids, Remembering(near.scorer, rows))


def _held(
    names: Sequence[str], near: Sequence[set[str]], place: dict[str, int]
) -> tuple[list[str], list[set[str]]]:
    """Those asked about that the index holds; an erased one is gone from it."""
    kept = [(n, f) for n, f in zip(names, near, strict=True) if n in place]
    return [name for name, _ in kept], [found for _, found in kept]


def _with_partners(
    store: GraphStore, names: Sequence[str], found: Sequence[set[str]]
) -> list[set[str]]:
    """Those found, and those that standing decisions make one party with a record."""
    verdicts = around(store, names).verdicts
    if not verdicts:
        return list(found)
    return [
        (near | tied(verdicts, [name])) - {name}
        for name, near in zip(names, found, strict=True)
    ]


def _decided(store: GraphStore, ids: Sequence[str], place: dict[str, int]) -> Decided:
    same: list[tuple[int, int]] = []
    different: list[tuple[int, int]] = []
    for (a, b), verdict in sorted(stands(around(store, ids).verdicts).items()):
        if a in place and b in place:
            (same if verdict.same else different).append((place[a], place[b]))
    return Decided(_pairs(same), _pairs(different))


def _pairs(found: Sequence[tuple[int, int]]) -> Pairs:
    both = np.array(found, dtype=np.int64).reshape(-1, 2)
    return Pairs(both[:, 0], both[:, 1])
