"""What people decided about pairs of records, and stands.

``SAME_AS`` and ``DIFFERENT_FROM`` join two records; the edge's key is the id of the
``Decision`` that it belongs to. The latest decision on a pair stands; one of kind
"withdraw" takes back what stood before, whatever its edge's type.
"""

from dataclasses import dataclass

import numpy as np

from graph.snapshot import Snapshot
from intelligence.identity.components import Pairs
from intelligence.tables import UNDATED, ends, texts, times

Latest = dict[tuple[int, int], tuple[tuple[int, str], str]]
_NONE = ((UNDATED - 1, ""), "")


@dataclass(frozen=True)
class Standing:
    """The pairs on which a decision stands, as places of records."""

    same: Pairs
    different: Pairs


def standing(snapshot: Snapshot) -> Standing:
    """The decisions of a snapshot that stand.

    An edge without its decision in the snapshot counts as the oldest.
    """
    table = snapshot.nodes("Decision")
    facts = zip(times(table, "at").tolist(), texts(table, "kind"), strict=True)
    known = dict(zip(snapshot.ids("Decision"), facts, strict=True))
    latest: Latest = {}
    for edge_type in ("SAME_AS", "DIFFERENT_FROM"):
        edges = snapshot.between(edge_type, "Record", "Record")
        left, right = ends(edges)
        low, high = np.minimum(left, right).tolist(), np.maximum(left, right).tolist()
        for pair, key in zip(
            zip(low, high, strict=True), texts(edges, "key"), strict=True
        ):
            at, kind = known.get(key, (UNDATED, ""))
            verdict = "" if kind == "withdraw" else edge_type
            latest[pair] = max(latest.get(pair, _NONE), ((at, key), verdict))
    return Standing(_pairs(latest, "SAME_AS"), _pairs(latest, "DIFFERENT_FROM"))


def _pairs(latest: Latest, verdict: str) -> Pairs:
    found = sorted(pair for pair, (_, stands) in latest.items() if stands == verdict)
    both = np.array(found, dtype=np.int64).reshape(-1, 2)
    return Pairs(both[:, 0].copy(), both[:, 1].copy())
