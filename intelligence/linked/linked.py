"""Parties that share an account or a device, scored by how surprising that is.

A first pass: an identifier that few hold says more than one that many hold; sharing
inside one household or family is expected and says little; a device or account of
very many is a kiosk or a company's, and says nothing.
"""

from dataclasses import dataclass

import numpy as np

from graph.ids import Ids
from graph.model import Value
from graph.schema import FRAUD_KINDS
from graph.snapshot import Projection, Purpose, Snapshot
from intelligence.arrays import (
    Bools,
    Floats,
    Ints,
    distinct,
    listed,
    pairs_within,
    significant,
)  # fmt: skip
from intelligence.identity.clustering.components import Pairs, connected
from intelligence.identity.names.names import alike
from intelligence.parties import Parties
from intelligence.tables import ends, texts

METHOD = "baseline"

PROJECTION = Projection(
    purpose=Purpose.FRAUD,
    labels=("Record", "Identifier", "Party", "Household"),
    edges=("HAS", "OF", "MEMBER_OF"),
    columns={
        "Record": (),
        "Identifier": ("kind",),
        "Party": ("kind", "name", "values"),
        "Household": (),
    },
    edge_columns=(),
)
"""What this room reads."""

MOST_HOLDERS = 10
"""An identifier of more parties than this links nobody."""

AT_HOME = 0.1
"""What sharing within a household or under one surname weighs against other sharing."""

SEVERE = 10.0
"""A ring of this score, in nats, has a severity of 1 - 1/e."""


@dataclass(frozen=True)
class Links:
    """Pairs of parties that share something, one entry a pair and identifier.

    Attributes:
        left: party, shape (m,).
        right: party.
        identifier: place of what they share.
        score: surprise in nats, lower inside a household.
        at_home: whether both live in one household or bear one surname.
    """

    left: Ints
    right: Ints
    identifier: Ints
    score: Floats
    at_home: Bools


@dataclass(frozen=True)
class Rings:
    """Groups of parties linked across households; one entry a ring.

    Attributes:
        ids: hexadecimal.
        kinds: what is shared: "iban", "device" or "device+iban".
        scores: surprise in nats.
        members: parties of each.
        evidence: identifiers of each, as data.
        method: how.
    """

    ids: list[str]
    kinds: list[str]
    scores: list[float]
    members: list[list[int]]
    evidence: list[list[dict[str, Value]]]
    method: str = METHOD

    def severity(self, ring: int) -> float:
        """How urgently to look at a ring, 0 to 1."""
        return significant(1.0 - float(np.exp(-self.scores[ring] / SEVERE)))


def links(snapshot: Snapshot, parties: Parties) -> Links:
    """Every pair of parties that share an account or a device.

    Args:
        snapshot: holds what ``PROJECTION`` asks for.
        parties: of the snapshot.
    """
    kind = _kinds(snapshot)
    record, identifier = ends(snapshot.between("HAS", "Record", "Identifier"))
    party = parties.of_record[record]
    kept = (kind[identifier] >= 0) & (party >= 0)
    identifier, party = identifier[kept], party[kept]
    first, _ = distinct(identifier, party)
    identifier, party = identifier[first], party[first]
    holders = np.bincount(identifier, minlength=len(kind))
    all_of_kind = _parties_by_kind(kind[identifier], party)
    shared, left, right = pairs_within(identifier, party, MOST_HOLDERS)
    apart = _apart(parties, left, right)
    shared, left, right = shared[apart], left[apart], right[apart]
    surprise = np.log(all_of_kind[kind[shared]] / (holders[shared] - 1))
    home = _homes(snapshot, parties)
    at_home = (home[left] >= 0) & (home[left] == home[right])
    at_home |= _kin(parties, left, right)
    score = np.maximum(surprise, 0.0) * np.where(at_home, AT_HOME, 1.0)
    return Links(left, right, shared, score, at_home)


def rings(snapshot: Snapshot, parties: Parties, found: Links, ids: Ids) -> Rings:
    """Groups of parties joined by links across households."""
    kept = ~found.at_home & (found.score > 0)
    left, right = found.left[kept], found.right[kept]
    group = connected(len(parties), Pairs(left, right))
    names = texts(snapshot.nodes("Identifier"), "kind")
    identifier_ids = snapshot.ids("Identifier")
    gathered = _gathered(group[left], found, kept)
    out = Rings([], [], [], [], [])
    for root in sorted(gathered):
        members, shared = gathered[root]
        out.ids.append(ids.of("Ring", min(identifier_ids[one] for one in shared)))
        out.kinds.append("+".join(sorted({names[one] for one in shared})))
        out.scores.append(significant(sum(score for _, score in shared.values())))
        out.members.append(sorted(members))
        out.evidence.append(
            [
                {
                    "identifier": identifier_ids[one],
                    "kind": names[one],
                    "parties": len(holders),
                    "surprise": significant(score),
                }
                for one, (holders, score) in sorted(shared.items())
            ]
        )
    return out


_Ring = tuple[set[int], dict[int, tuple[set[int], float]]]


def _gathered(root: Ints, found: Links, kept: Bools) -> dict[int, _Ring]:
    """Of each ring: its members, and what they share with whom and how surprisingly.

    An identifier surprises anew with every party that holds it beside the first.
    """
    rows = zip(
        listed(root),
        listed(found.left[kept]),
        listed(found.right[kept]),
        listed(found.identifier[kept]),
        found.score[kept].tolist(),
        strict=True,
    )
    gathered: dict[int, _Ring] = {}
    for at, left, right, identifier, score in rows:
        members, shared = gathered.setdefault(at, (set(), {}))
        members |= {left, right}
        holders, _ = shared.get(identifier, (set[int](), 0.0))
        holders |= {left, right}
        shared[identifier] = holders, score * (len(holders) - 1)
    return gathered


def _apart(parties: Parties, left: Ints, right: Ints) -> Bools:
    """Whether two parties are surely two: both named, by different given names.

    Resolution misses some records of a person; her own phone and browser are no ring,
    even if she goes by another surname now.
    """
    return np.array(
        [
            bool(parties.given[a] and parties.given[b])
            and not alike(parties.given[a], parties.given[b])
            for a, b in zip(listed(left), listed(right), strict=True)
        ],
        dtype=np.bool_,
    )


def _kin(parties: Parties, left: Ints, right: Ints) -> Bools:
    """Whether two parties bear one surname, give or take a slip."""
    return np.array(
        [
            alike(parties.surname[a], parties.surname[b])
            for a, b in zip(listed(left), listed(right), strict=True)
        ],
        dtype=np.bool_,
    )


def _kinds(snapshot: Snapshot) -> Ints:
    """The place of each identifier's kind among ``FRAUD_KINDS``, -1 for others."""
    place = {kind: number for number, kind in enumerate(FRAUD_KINDS)}
    kinds = texts(snapshot.nodes("Identifier"), "kind")
    return np.array([place.get(kind, -1) for kind in kinds], dtype=np.int64)


def _parties_by_kind(kind: Ints, party: Ints) -> Ints:
    """How many parties hold an identifier of each kind."""
    first, _ = distinct(kind, party)
    return np.bincount(kind[first], minlength=len(FRAUD_KINDS))


def _homes(snapshot: Snapshot, parties: Parties) -> Ints:
    member, household = ends(snapshot.between("MEMBER_OF", "Party", "Household"))
    home = np.full(len(parties), -1, dtype=np.int64)
    home[parties.of_node[member]] = household
    return home
