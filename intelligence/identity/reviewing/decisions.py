"""What people decided about records, what of it stands, and what contradicts it.

A decision says of every record on its left and every record on its right that they
are one party, or that they are not; two records are the smallest case, ``merge`` and
``split`` decide over sets. The latest decision on a pair stands. One that was
withdrawn counts as never made, so what stood before it stands again; a withdrawal is
a decision that names another, and can be withdrawn itself.

In a store ``SAME_AS`` and ``DIFFERENT_FROM`` lead from left to right, keyed by the id
of their ``Decision``. Not every pair has an edge (``woven``): the ends of a
decision's edges are its two sides.
"""

import itertools
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from graph.snapshot import Snapshot
from intelligence.arrays import listed
from intelligence.identity.clustering.components import Pairs
from intelligence.tables import UNDATED, decoded, ends, texts, times

WITHDRAWS = "withdraws"
"""In ``Decision.more``: the id of the decision that a withdrawal takes back."""

ANCHORS = 3
"""Records of either side that are joined with all of the other side."""

SAME_KINDS = frozenset({"same", "merge"})

Pair = tuple[str, str]


@dataclass(frozen=True)
class Verdict:
    """A decision over two sets of records.

    Attributes:
        id: of the decision.
        at: UTC microseconds.
        same: whether both sides are one party.
        left: ids of records.
        right: ids of records.
        withdraws: the decision that this one takes back, instead of deciding itself.
    """

    id: str
    at: int
    same: bool
    left: tuple[str, ...]
    right: tuple[str, ...]
    withdraws: str | None = None

    def pairs(self) -> Iterable[Pair]:
        """Every pair that it speaks of, the lesser id first."""
        for a in self.left:
            for b in self.right:
                if a != b:
                    yield (a, b) if a < b else (b, a)


@dataclass(frozen=True)
class Contradiction:
    """Two records that must be one party and must not.

    Attributes:
        different: the decision that holds them apart.
        chain: the records from one to the other, each held to be one with the next.
        links: the decision behind each step of the chain.
    """

    different: Verdict
    chain: tuple[str, ...]
    links: tuple[Verdict, ...]


@dataclass(frozen=True)
class Standing:
    """The pairs on which a decision stands, as places of records."""

    same: Pairs
    different: Pairs


def woven(left: Sequence[str], right: Sequence[str]) -> list[Pair]:
    """The pairs that get an edge: each side's ``ANCHORS`` least ids with all others.

    Every record is the end of an edge and all hang together; an erased record takes
    no other one's edges away.
    """
    a, b = sorted(set(left)), sorted(set(right))
    found = {(x, y) for x in a[:ANCHORS] for y in b}
    found |= {(x, y) for x in a for y in b[:ANCHORS]}
    return sorted(found)


def in_force(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """The decisions that were not withdrawn, the oldest first."""
    taken_back: set[str] = set()
    kept: list[Verdict] = []
    for verdict in sorted(verdicts, key=_when, reverse=True):
        if verdict.id in taken_back:
            continue
        if verdict.withdraws is not None:
            taken_back.add(verdict.withdraws)
        else:
            kept.append(verdict)
    return kept[::-1]


def stands(verdicts: Iterable[Verdict]) -> dict[Pair, Verdict]:
    """The decision that stands on each pair: the latest in force."""
    found: dict[Pair, Verdict] = {}
    for verdict in in_force(verdicts):
        found |= dict.fromkeys(verdict.pairs(), verdict)
    return found


def contradiction(verdicts: Iterable[Verdict]) -> Contradiction | None:
    """The first pair held apart although a chain of decisions makes it one party.

    By the lesser pair of ids; the chain is a shortest one.
    """
    held = stands(verdicts)
    beside: dict[str, list[str]] = {}
    for (a, b), verdict in held.items():
        if verdict.same:
            beside.setdefault(a, []).append(b)
            beside.setdefault(b, []).append(a)
    roots = _components(beside)
    for pair in sorted(pair for pair, verdict in held.items() if not verdict.same):
        a, b = pair
        if a in roots and roots[a] == roots.get(b):
            chain = _shortest(beside, a, b)
            steps = itertools.pairwise(chain)
            links = tuple(held[min(step), max(step)] for step in steps)
            return Contradiction(held[pair], tuple(chain), links)
    return None


def tied(verdicts: Iterable[Verdict], records: Iterable[str]) -> set[str]:
    """Some records and all that standing decisions make one party with them."""
    beside: dict[str, list[str]] = {}
    for (a, b), verdict in stands(verdicts).items():
        if verdict.same:
            beside.setdefault(a, []).append(b)
            beside.setdefault(b, []).append(a)
    found, rest = set(records), list(records)
    while rest:
        fresh = [one for one in beside.get(rest.pop(), ()) if one not in found]
        found.update(fresh)
        rest += fresh
    return found


def _components(beside: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The least member of the component of each record."""
    roots: dict[str, str] = {}
    for start in sorted(beside):
        if start in roots:
            continue
        roots[start] = start
        rest = [start]
        while rest:
            for other in beside[rest.pop()]:
                if other not in roots:
                    roots[other] = start
                    rest.append(other)
    return roots


def _shortest(beside: Mapping[str, Sequence[str]], start: str, end: str) -> list[str]:
    """A shortest chain between two records that are connected."""
    came: dict[str, str] = {start: start}
    rest = deque([start])
    while end not in came:
        one = rest.popleft()
        for other in sorted(beside[one]):
            if other not in came:
                came[other] = one
                rest.append(other)
    chain = [end]
    while chain[-1] != start:
        chain.append(came[chain[-1]])
    return chain[::-1]


def _when(verdict: Verdict) -> tuple[int, str]:
    return verdict.at, verdict.id


def standing(snapshot: Snapshot) -> Standing:
    """The decisions of a snapshot that stand.

    Args:
        snapshot: holds Record, ``SAME_AS`` and ``DIFFERENT_FROM`` with their keys, and
            all of Decision.

    An edge without its decision in the snapshot counts as the oldest.
    """
    held = stands(_verdicts(snapshot))
    same = sorted(pair for pair, verdict in held.items() if verdict.same)
    apart = sorted(pair for pair, verdict in held.items() if not verdict.same)
    return Standing(_pairs(snapshot, same), _pairs(snapshot, apart))


def _verdicts(snapshot: Snapshot) -> list[Verdict]:
    table = snapshot.nodes("Decision")
    more = decoded(table, "more", dict[str, Any])
    taken_back = [cast("str | None", one.get(WITHDRAWS)) for one in more]
    facts = zip(listed(times(table, "at")), taken_back, strict=True)
    known = dict(zip(snapshot.ids("Decision"), facts, strict=True))
    sides: dict[tuple[str, bool], tuple[set[int], set[int]]] = {}
    for kind in ("SAME_AS", "DIFFERENT_FROM"):
        edges = snapshot.between(kind, "Record", "Record")
        left, right = (listed(end) for end in ends(edges))
        for a, b, key in zip(left, right, texts(edges, "key"), strict=True):
            both = sides.setdefault((key, kind == "SAME_AS"), (set(), set()))
            both[0].add(a)
            both[1].add(b)
    rows = sorted({row for both in sides.values() for side in both for row in side})
    names = snapshot.ids("Record", np.array(rows, dtype=np.int64))
    named_by = dict(zip(rows, names, strict=True))
    return [
        Verdict(
            id=key,
            at=known.get(key, (UNDATED, None))[0],
            same=same,
            left=tuple(named_by[row] for row in sorted(left)),
            right=tuple(named_by[row] for row in sorted(right)),
            withdraws=known.get(key, (UNDATED, None))[1],
        )
        for (key, same), (left, right) in sides.items()
    ]


def _pairs(snapshot: Snapshot, pairs: list[Pair]) -> Pairs:
    left = snapshot.places("Record", [a for a, _ in pairs])
    right = snapshot.places("Record", [b for _, b in pairs])
    return Pairs(left.astype(np.int64), right.astype(np.int64))
