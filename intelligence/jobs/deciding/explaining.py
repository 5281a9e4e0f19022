"""Explaining what a store holds, by its active model.

How much an agreement weighs hangs on how often the whole store says a value. The index
knows that, so only the records asked for are read; without one the whole store is, and
the figures are the same.
"""

from collections.abc import Sequence, Set
from itertools import combinations

import msgspec
import numpy as np

from graph import snapshot
from graph.errors import NotFound
from graph.progress import Progress, silent
from graph.store import GraphStore
from intelligence.identity.columns import records
from intelligence.identity.comparisons.preparing import features
from intelligence.identity.online.port import Index, Little
from intelligence.identity.reviewing.decisions import stands
from intelligence.identity.reviewing.explaining import (
    Explanation,
    weights_of,
    with_said,
)
from intelligence.identity.stored import table_of
from intelligence.identity.weights.model import Model
from intelligence.identity.weights.scoring import Scorer
from intelligence.jobs.around.telling import Telling
from intelligence.jobs.deciding.ledger import around
from intelligence.jobs.runs import models

MOST = 30
"""Records of a party whose pairs are explained."""


class Overruled(msgspec.Struct, frozen=True, kw_only=True):
    """A pair of which somebody decided, whatever the evidence.

    Attributes:
        left: id of a record.
        right: id of another.
        same: whether they are of one party.
        decision: its id.
        by: who decided.
        why: the reason given.
    """

    left: str
    right: str
    same: bool
    decision: str
    by: str
    why: str


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """Explained pairs, the likeliest first.

    Attributes:
        model: id of the model.
        decided: those of the pairs of which somebody decided; decisions stand above
            all evidence.
        pairs: between the records asked for.
        holding: of one party: as many pairs as hold its records together, each next
            one joining a further record by the likeliest pair there is.
    """

    model: str
    decided: list[Overruled]
    pairs: list[Explanation]
    holding: list[Explanation]


def explain_records(
    store: GraphStore,
    left: Sequence[str],
    right: Sequence[str] | None = None,
    *,
    index: Index | None = None,
    progress: Progress = silent,
) -> Why:
    """Explain all pairs between two groups of records, or within one.

    Args:
        store: whose records.
        left: ids of records; of more than ``MOST`` the first ones by id.
        right: ids of others; None: pairs within ``left``.
        index: of the store; None: the whole store is read.
        progress: told how far such a reading is.

    Raises:
        NotFound: no model is active, or the store does not know a record.
    """
    model = models.active(store)
    if model is None:
        message = "no model is active; run `closeknit resolve`"
        raise NotFound(message)
    first = sorted(set(left))[:MOST]
    second = None if right is None else sorted(set(right))[:MOST]
    asked = (
        list(combinations(first, 2))
        if second is None
        else [(a, b) for a in first for b in second if a != b]
    )
    wanted = sorted({*first, *(second or ())})
    if index is None:
        little = _whole(store, Model.from_bytes(models.blob(model)), progress)
    else:
        index.catch_up()
        little = index.little([], wanted)
    pairs = _explained(store, little, asked, wanted)
    holding = _holding(pairs) if right is None else []
    decided = _decided(store, wanted, {(min(p), max(p)) for p in asked})
    return Why(model=model.id, decided=decided, pairs=pairs, holding=holding)


def _decided(
    store: GraphStore, records: Sequence[str], pairs: Set[tuple[str, str]]
) -> list[Overruled]:
    """The decisions that stand on some pairs, by pair."""
    known = around(store, records)
    held = stands(known.verdicts)
    return [
        Overruled(
            left=pair[0],
            right=pair[1],
            same=verdict.same,
            decision=verdict.id,
            by=known.nouns[verdict.id].by,
            why=known.nouns[verdict.id].why,
        )
        for pair, verdict in sorted(held.items())
        if pair in pairs
    ]


def _whole(store: GraphStore, weights: Model, progress: Progress) -> Little:
    """All records of the store, ready to be weighed."""
    taken = snapshot.take(store, records.PROJECTION, progress=progress)
    found = records.read(taken)
    table = table_of(taken, found)
    ready = features(table, models.secret(store), script_keys=weights.script_keys)
    return Little(table.ids, Scorer(weights, ready))


def _explained(
    store: GraphStore,
    little: Little,
    asked: Sequence[tuple[str, str]],
    wanted: Sequence[str],
) -> list[Explanation]:
    """The pairs, the likeliest first."""
    rows = {key: row for row, key in enumerate(little.ids)}
    if not set(wanted) <= set(rows):
        message = "the store holds no such record"
        raise NotFound(message)
    left = np.array([rows[a] for a, _ in asked], dtype=np.int64)
    right = np.array([rows[b] for _, b in asked], dtype=np.int64)
    telling = Telling(store, wanted)
    pairs = [
        with_said(one, telling.both(one.left, one.right))
        for one in weights_of(little.scorer, little.ids, left, right)
    ]
    return sorted(pairs, key=lambda one: (-one.probability.match, one.left, one.right))


def _holding(pairs: Sequence[Explanation]) -> list[Explanation]:
    """A tree of the likeliest pairs that joins all records."""
    group: dict[str, str] = {}

    def root(key: str) -> str:
        while (above := group.get(key, key)) != key:
            key = above
        return key

    found: list[Explanation] = []
    for one in pairs:
        a, b = root(one.left), root(one.right)
        if a != b:
            group[max(a, b)] = min(a, b)
            found.append(one)
    return found
