"""Explaining what a store holds, by its active model."""

from collections.abc import Sequence
from itertools import combinations

import msgspec

from graph import snapshot
from graph.errors import NotFound
from graph.progress import Progress, silent
from graph.store import GraphStore
from intelligence.identity import records
from intelligence.identity.explaining import Explanation, explain
from intelligence.identity.model import Model
from intelligence.identity.preparing import features
from intelligence.identity.scoring import Scorer
from intelligence.identity.stored import table_of
from intelligence.jobs import models

MOST = 30
"""Records of a party whose pairs are explained."""


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """Explained pairs, the likeliest first.

    Attributes:
        model: id of the model.
        pairs: between the records asked for.
        holding: of one party: as many pairs as hold its records together, each next
            one joining a further record by the likeliest pair there is.
    """

    model: str
    pairs: list[Explanation]
    holding: list[Explanation]


def explain_records(
    store: GraphStore,
    left: Sequence[str],
    right: Sequence[str] | None = None,
    *,
    progress: Progress = silent,
) -> Why:
    """Explain all pairs between two groups of records, or within one.

    Frequencies are those of the whole store, so weights are those of a run.

    Raises:
        NotFound: no model is active, or the store does not know a record.
    """
    model = models.active(store)
    if model is None:
        message = (
            "no model is active; run `closeknit resolve --method fellegi-sunter-3`"
        )
        raise NotFound(message)
    taken = snapshot.take(store, records.PROJECTION, progress=progress)
    found, _ = records.read(taken)
    table = table_of(taken, found)
    weights = Model.from_bytes(models.blob(model))
    ready = features(table, models.secret(store), script_keys=weights.script_keys)
    rows = {key: row for row, key in enumerate(found.ids)}
    first = _rows(rows, left[:MOST])
    second = None if right is None else _rows(rows, right[:MOST])
    asked = (
        [(a, b) for a, b in combinations(first, 2)]
        if second is None
        else [(a, b) for a in first for b in second if a != b]
    )
    pairs = explain(Scorer(weights, ready), table, asked)
    pairs.sort(key=lambda one: (-one.probability.match, one.left, one.right))
    holding = _holding(pairs) if right is None else []
    return Why(model=model.id, pairs=pairs, holding=holding)


def _rows(rows: dict[str, int], asked: Sequence[str]) -> list[int]:
    try:
        return [rows[key] for key in sorted(set(asked))]
    except KeyError:
        message = "the store holds no such record"
        raise NotFound(message) from None


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
