"""From a snapshot to who is who.

A first pass: exact identifiers, and exact names with birth dates, joined the surest
first as long as nothing contradicts it. What weighs evidence will take its place
behind the same signature.
"""

from dataclasses import dataclass

import numpy as np

from graph.snapshot import Snapshot
from intelligence.arrays import Floats, Ints
from intelligence.identity import decisions, links, records
from intelligence.identity.components import Pairs, Traits, join
from intelligence.identity.links import Links
from intelligence.identity.records import Records

METHOD = "baseline"
_MOST = 0.999


@dataclass(frozen=True)
class Resolution:
    """Who is who.

    Attributes:
        records: the records, as columns.
        cluster: of each record: the least row of its party, shape (n,).
        probability: that the record belongs to its party, 0 to 1; 1 for a party of
            one and where people decided.
        links: how many links were weighed.
        method: how.
    """

    records: Records
    cluster: Ints
    probability: Floats
    links: int
    method: str = METHOD


def resolve(snapshot: Snapshot) -> Resolution:
    """Find which records are of one party.

    Args:
        snapshot: must hold what ``records.PROJECTION`` asks for.

    Decisions of people are kept, whatever the evidence.
    """
    found, shared = records.read(snapshot)
    stands = decisions.standing(snapshot)
    candidates = links.find(found, shared)
    traits = Traits(found.given, found.birth, found.tax, found.organization)
    cluster = join(
        traits, Pairs(candidates.left, candidates.right), stands.same, stands.different
    )
    probability = _probability(cluster, candidates, stands.same)
    return Resolution(found, cluster, probability, len(candidates.left))


def _probability(cluster: Ints, candidates: Links, same: Pairs) -> Floats:
    """One less the chance that every link of the record to its party is wrong."""
    inside = cluster[candidates.left] == cluster[candidates.right]
    wrong = np.zeros(len(cluster))
    doubt = np.log1p(-candidates.weight[inside])
    np.add.at(wrong, candidates.left[inside], doubt)
    np.add.at(wrong, candidates.right[inside], doubt)
    sure: Floats = np.minimum(-np.expm1(wrong), _MOST).round(6)
    alone = np.bincount(cluster, minlength=len(cluster))[cluster] == 1
    sure[alone] = 1.0
    kept = cluster[same.left] == cluster[same.right]
    sure[same.left[kept]] = sure[same.right[kept]] = 1.0
    return sure
