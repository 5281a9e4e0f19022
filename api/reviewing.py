"""Questions and explained pairs as wire types, records and parties named."""

from collections.abc import Iterable, Sequence

import msgspec

from api import wire_reviews as wire
from api.indexes import Lazily
from api.reads import nouns
from api.stewards import Steward, record_of, records_of
from api.wire import PartySummary
from graph.errors import BadQuery, NotFound
from graph.model import Noun, Party, Record
from graph.schema import FRAUD_KINDS
from graph.store import GraphStore
from intelligence.identity.reviewing.explaining import Explanation, with_said
from intelligence.identity.reviewing.questions import Review, Side
from intelligence.jobs.around.telling import Telling
from intelligence.jobs.deciding import reviews
from intelligence.jobs.deciding.explaining import Why, explain_records
from intelligence.jobs.deciding.ledger import Decided


def listed(
    store: GraphStore, limit: int, desk: reviews.Desk | None = None
) -> list[wire.ReviewOut]:
    """Open questions: unclaimed ones, or those claimed now for a desk."""
    if desk is None:
        return out(store, reviews.unclaimed(store, limit))
    return out(store, reviews.claim(store, desk, limit))


def out(store: GraphStore, found: Sequence[Review]) -> list[wire.ReviewOut]:
    """Questions with what both records say now."""
    sides = [side for one in found for side in (one.left, one.right)]
    ends = sorted({side.record for side in sides})
    telling = Telling(store, ends)
    names = _names(telling.records.values())
    party = {
        key: noun
        for key, noun in nouns(store, {side.party for side in sides}).items()
        if isinstance(noun, Party)
    }
    return [
        wire.ReviewOut(
            id=one.id,
            left=_side(one.left, names, party),
            right=_side(one.right, names, party),
            together=one.together,
            probability=one.probability,
            worth=one.worth,
            records=one.records,
            money=one.money,
            pair=_pair(
                with_said(
                    one.weights, telling.both(one.weights.left, one.weights.right)
                ),
                names,
            ),
        )
        for one in found
    ]


def why(
    store: GraphStore, left: str, right: str | None, index: Lazily | None = None
) -> Why:
    """Why two records are or are not of one party, or why a party is one.

    Args:
        store: what to read.
        left: a record or party: id or ``source:key``.
        right: another; None: the records of the party of the first.
        index: of the store; None: all of the store is read.

    Raises:
        NotFound: one of them is unknown, or no model is active.
    """
    sides = (
        (records_of(store, left), None)
        if right is None
        else (_one(store, left), _one(store, right))
    )
    ready = index.if_possible() if index else None
    return explain_records(store, *sides, index=ready)


def why_out(store: GraphStore, found: Why) -> wire.Explained:
    """Explained pairs with the names of their records."""
    pairs = [*found.pairs, *found.holding]
    ends = {end for one in pairs for end in (one.left, one.right)}
    names = _names(nouns(store, sorted(ends)).values())
    return wire.Explained(
        model=found.model,
        decided=[
            wire.Overruled(
                left=_named(names, one.left),
                right=_named(names, one.right),
                same=one.same,
                decision=one.decision,
                by=one.by,
                why=one.why,
            )
            for one in found.decided
        ],
        pairs=[_pair(one, names) for one in found.pairs],
        holding=[_pair(one, names) for one in found.holding],
    )


def decided(
    store: GraphStore, steward: Steward, asked: wire.DecisionRequest
) -> wire.DecisionOut:
    """Decide as asked.

    Raises:
        BadQuery: what the kind needs is missing.
        NotFound: a record, decision or question is unknown.
        Contradicted: a chain of standing decisions says otherwise.
    """
    if asked.kind == "withdraw" and asked.decision is not None:
        return _done(steward.withdraw(store, asked.decision))
    if asked.left is None or asked.right is None:
        message = "this kind of decision needs `left` and `right`"
        if asked.kind == "withdraw":
            message = "a withdrawal needs `decision`, or `left` and `right` of a doubt"
        raise BadQuery(message)
    if asked.kind in {"same", "different"}:
        same = asked.kind == "same"
        return _done(steward.pair(store, asked.left, asked.right, same=same))
    pair = record_of(store, asked.left), record_of(store, asked.right)
    reviews.unsure(store, pair, steward.by, is_so=asked.kind == "unsure")
    edges = store.edges(sorted(pair), ["OF"])
    return wire.DecisionOut(
        decision=None,
        kind=asked.kind,
        parties=sorted({edge.target for edge in edges}),
        redirects={},
        at_once=True,
        repeated=False,
    )


def _done(done: Decided) -> wire.DecisionOut:
    return wire.DecisionOut(
        decision=done.decision,
        kind=done.kind,
        parties=done.parties,
        redirects=done.redirects,
        at_once=done.at_once,
        repeated=done.repeated,
    )


def _one(store: GraphStore, text: str) -> tuple[str, ...]:
    """A record alone, or all records of the party that a text stands for."""
    try:
        return (record_of(store, text),)
    except NotFound:
        return records_of(store, text)


def _names(found: Iterable[Noun]) -> dict[str, wire.RecordOut]:
    return {
        noun.id: wire.RecordOut(id=noun.id, source=noun.source, key=noun.key)
        for noun in found
        if isinstance(noun, Record)
    }


def _side(
    side: Side, names: dict[str, wire.RecordOut], party: dict[str, Party]
) -> wire.ReviewSide:
    """A side; its party may have ended between two reads."""
    known = party.get(side.party)
    kind, name = (known.kind, known.name) if known else ("person", "")
    values = known.values if known else {}
    return wire.ReviewSide(
        record=_named(names, side.record),
        party=PartySummary(id=side.party, kind=kind, name=name),
        values={k: v for k, v in values.items() if k not in FRAUD_KINDS},
        records=side.records,
        money=side.money,
    )


def _named(names: dict[str, wire.RecordOut], key: str) -> wire.RecordOut:
    """A record's name; it may be erased between two reads."""
    return names.get(key, wire.RecordOut(id=key, source="", key=""))


def _pair(one: Explanation, names: dict[str, wire.RecordOut]) -> wire.PairOut:
    document = msgspec.to_builtins(one)
    document["left"] = _named(names, one.left)
    document["right"] = _named(names, one.right)
    return wire.PairOut.model_validate(document)
