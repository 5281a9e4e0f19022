"""Sights of ties: what feeds state, who replies to, mentions or talks with whom.

One act is one sight of one kind. A reply shows itself three times: as the post that it
answers, as what the network says of it, and as the name that it begins with.
"""

from dataclasses import dataclass

import numpy as np

from graph.snapshot import Snapshot
from intelligence.arrays import Bools, Floats, Ints, distinct, listed
from intelligence.parties import Parties, doer
from intelligence.relationships import employers
from intelligence.relationships.stated import Stated
from intelligence.tables import ends, texts, times

STATED = {
    "spouse": 1.0, "parent": 0.9, "child": 0.9, "sibling": 0.8, "relative": 0.7,
    "friend": 0.7, "contact": 0.5, "referred_by": 0.6, "follows": 0.3,
}  # fmt: skip
"""Strength of a tie that a source states, 0 to 1; kinds not listed get ``OTHER``."""

POSTED = {"replies_to": "replies", "mentions": "mentions"}
"""Statements that a post makes of itself → the kind of tie that the post shows."""

OTHER = 0.3


@dataclass(frozen=True)
class Seen:
    """Sights of ties of one kind: an entry each time that one shows.

    Attributes:
        kind: its name.
        source: party, shape (m,); -1 for nobody known.
        target: party.
        at: when, ``tables.UNDATED`` where unknown.
        strength: what one sight says by itself, 0 to 1; 0 where the number of
            sights says it.
        facts: ids of the facts that show it.
    """

    kind: str
    source: Ints
    target: Ints
    at: Ints
    strength: Floats
    facts: list[tuple[str, ...]]


def stated_ties(snapshot: Snapshot, stated: Stated) -> list[Seen]:
    """Ties that feeds state, but for employers and for what posts show."""
    personal = stated.of_kinds([*employers.KINDS, *POSTED], invert=True)
    kinds = sorted(set(personal.kind.tolist()))
    return [
        _of_kind(snapshot, personal, kind, kind, STATED.get(kind, OTHER))
        for kind in kinds
    ]


def _of_kind(
    snapshot: Snapshot, stated: Stated, kind: str, name: str, strength: float
) -> Seen:
    """The statements of one kind as sights of a tie of some name."""
    one = stated.of_kinds([kind])
    records = snapshot.ids("Record")
    return Seen(
        name,
        one.source,
        one.target,
        one.at,
        np.full(len(one.source), strength),
        [(records[a], records[b]) for a, b in one.records.tolist()],
    )


def spoken(snapshot: Snapshot, parties: Parties, stated: Stated) -> list[Seen]:
    """Who answered, repeated, named or talked with whom."""
    table = snapshot.nodes("Interaction")
    kinds = np.array(texts(table, "kind"), dtype=np.str_)
    by, when = doer(snapshot, "Interaction", parties), times(table, "observed_at")
    child, parent = ends(snapshot.between("REPLY_TO", "Interaction", "Interaction"))
    said, record = ends(snapshot.between("WITH", "Interaction", "Record"))
    repost = kinds[child] == "repost"
    public = np.isin(kinds[said], ["post", "reply", "repost"])
    other = parties.of_record[record]
    ids = snapshot.ids("Interaction")

    def seen(kind: str, fact: Ints, target: Ints, kept: Bools) -> Seen:
        fact, target = fact[kept], target[kept]
        names = [(ids[place],) for place in listed(fact)]
        return Seen(kind, by[fact], target, when[fact], np.zeros(len(fact)), names)

    told = {
        kind: _of_kind(snapshot, stated, kind, name, 0.0)
        for kind, name in POSTED.items()
    }
    replies = seen("replies", child, by[parent], ~repost)
    reposts = seen("reposts", child, by[parent], repost)
    replies = together_of([replies, _beside(told["replies_to"], [replies])])
    named = seen("mentions", said, other, public)
    named = together_of([named, _beside(told["mentions"], [named])])
    return [
        replies,
        reposts,
        _beside(named, [replies, reposts]),
        seen("talks", said, other, ~public),
    ]


def _beside(seen: Seen, known: list[Seen]) -> Seen:
    """The sights of acts (who, whom, when) that are not known already."""
    every = [*known, seen]
    acts = distinct(
        np.concatenate([one.source for one in every]),
        np.concatenate([one.target for one in every]),
        np.concatenate([one.at for one in every]),
    )[1]
    mine = len(acts) - len(seen.source)
    new = ~np.isin(acts[mine:], acts[:mine])
    facts = [fact for fact, keep in zip(seen.facts, new, strict=True) if keep]
    return Seen(
        seen.kind,
        seen.source[new],
        seen.target[new],
        seen.at[new],
        seen.strength[new],
        facts,
    )


def together_of(seen: list[Seen]) -> Seen:
    """Sights of one kind from several sources as one."""
    return Seen(
        seen[0].kind,
        np.concatenate([one.source for one in seen]),
        np.concatenate([one.target for one in seen]),
        np.concatenate([one.at for one in seen]),
        np.concatenate([one.strength for one in seen]),
        [fact for one in seen for fact in one.facts],
    )
